// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <espalier/run/rows.hpp>
#include <vector>
#include <xtensor/xadapt.hpp>
#include <xtensor/xfixed.hpp>
#include <xtensor/xtensor.hpp>
#include <xtensor/xview.hpp>

namespace ep = espalier;

namespace {

constexpr ep::shape<2, 3> sample{};

/// 0, 1, 2 … in a tensor.
template <class Tensor>
Tensor counting(typename Tensor::shape_type shape) {
    Tensor tensor(shape);
    for (std::size_t i = 0; i < tensor.size(); ++i) tensor.data()[i] = static_cast<double>(i);
    return tensor;
}

}  // namespace

TEST_CASE("a batch has the sample's shape, or its size as one extent") {
    auto shaped = counting<xt::xtensor<double, 3>>({4, 2, 3});
    auto flat = counting<xt::xtensor<double, 2>>({4, 6});
    xt::xtensor_fixed<double, xt::xshape<4, 2, 3>> fixed;
    CHECK(ep::rows_of(shaped, sample, "x").rows == 4);
    CHECK(ep::rows_of(shaped, sample, "x").data == shaped.data());
    CHECK(ep::rows_of(flat, sample, "x").rows == 4);
    CHECK(ep::rows_of(fixed, sample, "x").rows == 4);

    std::vector<double> memory(24);
    CHECK(ep::rows_of(std::span(memory), sample, "x").rows == 4);
    auto adapted = xt::adapt(memory.data(), xt::xshape<4, 6>{});
    CHECK(ep::rows_of(adapted, sample, "x").data == memory.data());
    CHECK(ep::rows_of(std::span<double>{}, sample, "x").rows == 0);
}

TEST_CASE("a view of consecutive rows starts where the view does") {
    auto all = counting<xt::xtensor<double, 2>>({5, 6});
    auto middle = xt::view(all, xt::range(2, 4), xt::all());
    CHECK(ep::rows_of(middle, sample, "x").rows == 2);
    CHECK(ep::rows_of(middle, sample, "x").data == all.data() + 12);
    auto one = xt::view(all, 3);
    CHECK(ep::sample_of(one, sample, "x") == all.data() + 18);
}

TEST_CASE("another shape is refused, with what was expected and what was found") {
    xt::xtensor<double, 2> narrow({4, 5});
    CHECK_THROWS_WITH_AS(ep::rows_of(narrow, sample, "x"), "x: expected [rows, 2, 3] row-major, found [4, 5]",
                         ep::shape_error);
    xt::xtensor<double, 3> turned({4, 3, 2});
    CHECK_THROWS_WITH_AS(ep::rows_of(turned, sample, "x"), "x: expected [rows, 2, 3] row-major, found [4, 3, 2]",
                         ep::shape_error);
    auto single = counting<xt::xtensor<double, 1>>({6});
    CHECK_THROWS_WITH_AS(ep::rows_of(single, sample, "y"), "y: expected [rows, 2, 3] row-major, found [6]",
                         ep::shape_error);
    xt::xtensor<double, 4> deep({1, 4, 2, 3});
    CHECK_THROWS_AS(ep::rows_of(deep, sample, "x"), ep::shape_error);
    std::vector<double> memory(23);
    CHECK_THROWS_WITH_AS(ep::rows_of(std::span(memory), sample, "x"),
                         "x: expected [rows, 2, 3] row-major, found [23] elements, which is no whole number of rows",
                         ep::shape_error);
}

TEST_CASE("other strides are refused") {
    xt::xtensor<double, 2, xt::layout_type::column_major> columns({4, 6});
    CHECK_THROWS_WITH_AS(ep::rows_of(columns, sample, "x"),
                         "x: expected [rows, 2, 3] row-major, found [4, 6] with other strides", ep::shape_error);
    auto all = counting<xt::xtensor<double, 2>>({8, 12});
    auto every_second = xt::view(all, xt::range(0, 8, 2), xt::range(0, 6));
    CHECK_THROWS_AS(ep::rows_of(every_second, sample, "x"), ep::shape_error);
    auto left_half = xt::view(all, xt::all(), xt::range(0, 6));
    CHECK_THROWS_AS(ep::rows_of(left_half, sample, "x"), ep::shape_error);
    auto column = xt::view(all, xt::range(0, 6), 1);
    CHECK_THROWS_AS(ep::sample_of(column, sample, "x"), ep::shape_error);
}

TEST_CASE("extents of one have no stride to be wrong") {
    xt::xtensor<double, 2> one({1, 6});
    CHECK(ep::rows_of(one, sample, "x").rows == 1);
    xt::xtensor<double, 2, xt::layout_type::column_major> thin({4, 1});
    CHECK(ep::rows_of(thin, ep::shape<1>{}, "x").rows == 4);
}

TEST_CASE("one sample has its shape or its size") {
    xt::xtensor<double, 2> shaped({2, 3});
    auto flat = counting<xt::xtensor<double, 1>>({6});
    CHECK(ep::sample_of(shaped, sample, "x") == shaped.data());
    CHECK(ep::sample_of(flat, sample, "x") == flat.data());
    xt::xtensor<double, 2> batch({1, 6});
    CHECK_THROWS_WITH_AS(ep::sample_of(batch, sample, "x"),
                         "x: expected [2, 3] row-major, found [1, 6]; many samples go to predict_rows",
                         ep::shape_error);
    auto empty = counting<xt::xtensor<double, 1>>({0});
    CHECK_THROWS_AS(ep::sample_of(empty, sample, "x"), ep::shape_error);
}
