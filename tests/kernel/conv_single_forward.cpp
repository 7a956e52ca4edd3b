// SPDX-License-Identifier: MIT
#include <espalier/kernel/conv_single_forward.hpp>

#include <doctest/doctest.h>

#include "images.hpp"

namespace {

/// Takes registers of consecutive features, in order.
template <class Scalar, std::size_t Features>
struct collector {
    std::vector<Scalar> features = std::vector<Scalar>(Features + blocks::width<Scalar>, blocks::poison<Scalar>);
    std::size_t next = 0;

    void operator()(std::size_t first, const espalier::simd<Scalar>& value) {
        CHECK(first == next);
        next += blocks::width<Scalar>;
        espalier::store(features.data() + first, value);
    }
};

template <class Scalar, images::conv_geometry G>
void check() {
    using namespace espalier::kernel;
    const auto weight = blocks::values<Scalar>(G.weights(), 1), bias = blocks::values<Scalar>(G.out_channels, 2);
    const auto agrees = [](const auto& found, const images::sums& expected) {
        blocks::largest_difference<Scalar> difference{expected.terms};
        for (std::size_t i = 0; i < expected.values.size(); ++i)
            difference.compare(found.features[i], expected.values[i]);
        return difference.is_rounding();
    };
    const auto scratch_for = [](const detail::gather& of) {
        return std::vector<Scalar>(conv_single_scratch<Scalar>(of) / sizeof(Scalar), blocks::poison<Scalar>);
    };

    const auto x = blocks::values<Scalar>(G.inputs(), 3), y = blocks::values<Scalar>(G.outputs(), 4);
    auto scratch = scratch_for(detail::forward_gather(G));
    collector<Scalar, G.outputs()> z;
    conv_forward_single<Scalar, G>(weight.data(), bias.data(), x.data(), scratch.data(), z);
    images::sums expected = images::forward(G, weight, x, 1);
    for (std::size_t i = 0; i < G.outputs(); ++i)
        expected.values[i] += double(bias[i / (G.out_height() * G.out_width())]);
    CHECK(agrees(z, expected));

    scratch = scratch_for(detail::input_gather(G));
    collector<Scalar, G.inputs()> transposed;
    conv_transpose_single<Scalar, G>(weight.data(), no_bias{}, y.data(), scratch.data(), transposed);
    CHECK(agrees(transposed, images::input_gradient(G, weight, y, 1)));
}

}  // namespace

TEST_CASE_TEMPLATE("one image agrees with a double loop, also transposed", Scalar, float, double) {
    check<Scalar, images::plain>();
    check<Scalar, images::bordered>();
    check<Scalar, images::strided>();
    check<Scalar, images::dilated>();
    check<Scalar, images::grouped>();
    check<Scalar, images::depthwise>();
    check<Scalar, images::skipping>();
    check<Scalar, images::row>();
}
