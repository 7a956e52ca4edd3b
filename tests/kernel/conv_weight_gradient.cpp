// SPDX-License-Identifier: MIT
#include <espalier/kernel/conv_weight_gradient.hpp>

#include <doctest/doctest.h>

#include "images.hpp"

namespace {

template <class Scalar, images::conv_geometry G>
void check() {
    constexpr std::size_t pixels = G.out_height() * G.out_width();
    for (const std::size_t rows : images::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto x = blocks::values<Scalar>(rows * G.inputs(), 2), d = blocks::values<Scalar>(rows * G.outputs(), 3);
        const auto input = blocks::packed(x, rows, G.inputs(), blocks::padding::repeats_last_row);
        const auto delta = blocks::packed(d, rows, G.outputs(), blocks::padding::zero);
        std::vector<Scalar> weight(G.weights(), blocks::poison<Scalar>), bias(G.out_channels, blocks::poison<Scalar>);
        espalier::kernel::conv_weight_gradient<Scalar, G>(delta.data(), input.data(), rows, weight.data());
        espalier::kernel::conv_bias_gradient(G.out_channels, pixels, delta.data(), rows, bias.data());

        const images::sums expected = images::weight_gradient(G, x, d, rows);
        blocks::largest_difference<Scalar> difference{expected.terms};
        for (std::size_t i = 0; i < G.weights(); ++i) difference.compare(weight[i], expected.values[i]);
        for (std::size_t o = 0; o < G.out_channels; ++o) {
            double sum = 0;
            for (std::size_t row = 0; row < rows; ++row)
                for (std::size_t i = 0; i < pixels; ++i) sum += double(d[row * G.outputs() + o * pixels + i]);
            difference.compare(bias[o], sum);
        }
        CAPTURE(difference.value);
        CHECK(difference.is_rounding());
    }
}

}  // namespace

TEST_CASE("the gradient with respect to the weights agrees with a double loop, float") {
    check<float, images::bordered>();
    check<float, images::strided>();
    check<float, images::grouped>();
    check<float, images::depthwise>();
    check<float, images::pixels>();
    check<float, images::row>();
}

TEST_CASE("the gradient with respect to the weights agrees with a double loop, double") {
    check<double, images::plain>();
    check<double, images::strided>();
    check<double, images::dilated>();
    check<double, images::skipping>();
}
