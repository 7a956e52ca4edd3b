// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <espalier/run/parameters.hpp>
#include <espalier/topology/dsl.hpp>
#include <utility>

namespace ep = espalier;

namespace {

using net = ep::network_t<(ep::input<5> >> ep::dense<3> >> ep::prelu<0.125> >> ep::dense<2, ep::no_bias> >> ep::relu >>
                           ep::dense<7, ep::initializers::ones>)>;
using vector = ep::parameters<net, float>;

}  // namespace

TEST_CASE("tensors lie in the order of the layers, each on a cache line, with zeros between") {
    const auto& list = vector::tensors;
    REQUIRE(ep::parameter_tensor_count<net> == 6);
    const std::size_t sizes[] = {15, 3, 1, 6, 14, 7};
    std::size_t offset = 0;
    auto parameters = ep::initialize<net>(ep::seed{1});
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(list[i].size == sizes[i]);
        CHECK(list[i].offset == offset);
        offset += (sizes[i] + 15) / 16 * 16;
        for (std::size_t k = list[i].offset + list[i].size; k < offset; ++k) CHECK(parameters.data()[k] == 0);
    }
    CHECK(vector::size() == offset);
    CHECK(ep::parameter_count<net> == 46);
    CHECK(reinterpret_cast<std::uintptr_t>(parameters.data()) % ep::alignment == 0);
}

TEST_CASE("views are tensors of the layer's shape in the flat vector") {
    vector parameters;
    parameters.weight<1>()(2, 4) = 1;
    parameters.bias<1>()(2) = 2;
    parameters.weight<2>()(1, 2) = 3;
    parameters.bias<3>()(6) = 4;
    parameters.tensor<2>()(0) = 5;
    CHECK(parameters.data()[14] == 1);
    CHECK(parameters.data()[16 + 2] == 2);
    CHECK(parameters.data()[32] == 5);
    CHECK(parameters.data()[48 + 5] == 3);
    CHECK(parameters.data()[80 + 6] == 4);
    CHECK(std::as_const(parameters).weight<1>()(2, 4) == 1);
    CHECK(std::as_const(parameters).bias<3>()(6) == 4);
    CHECK(std::as_const(parameters).tensor<2>()(0) == 5);
    CHECK(parameters.weight<3>().shape()[0] == 7);
    CHECK(parameters.weight<3>().shape()[1] == 2);
    const vector copy = parameters;
    parameters.weight<1>()(2, 4) = 9;
    CHECK(copy.weight<1>()(2, 4) == 1);
}

TEST_CASE("copies are deep, moves hand the memory over") {
    const vector first = ep::initialize<net>(ep::seed{1});
    vector second;
    second = first;
    CHECK(std::equal(first.flat().begin(), first.flat().end(), second.flat().begin()));
    second.data()[0] += 1;
    CHECK(second.data()[0] != first.data()[0]);
    const float changed = second.data()[0];
    const float* const memory = second.data();
    vector third;
    third = std::move(second);
    CHECK(third.data() == memory);
    CHECK(third.data()[0] == changed);
    const vector fourth(std::move(third));
    CHECK(fourth.data() == memory);
}

TEST_CASE("fresh parameters follow the seed, and each layer its rule") {
    const auto one = ep::initialize<net>(ep::seed{1}), again = ep::initialize<net>(ep::seed{1});
    CHECK(std::ranges::equal(one.flat(), again.flat()));
    CHECK(one.weight<1>() != ep::initialize<net>(ep::seed{2}).weight<1>());
    CHECK(one.bias<1>() == xt::zeros<float>({3}));
    CHECK(one.tensor<2>()(0) == 0.125f);
    CHECK(one.weight<3>() == xt::ones<float>({7, 2}));
    for (const float each : one.weight<1>()) CHECK(each != 0);
    // The float is the double rounded.
    const auto wide = ep::initialize<net, double>(ep::seed{1});
    for (std::size_t i = 0; i < 15; ++i) CHECK(one.data()[i] == static_cast<float>(wide.data()[i]));
}

TEST_CASE("two tensors draw from streams of their own") {
    using square = ep::network_t<(ep::input<4> >> ep::dense<4> >> ep::relu >> ep::dense<4> >> ep::relu)>;
    const auto parameters = ep::initialize<square>(ep::seed{1});
    CHECK(parameters.weight<1>() != parameters.weight<2>());
}
