// SPDX-License-Identifier: MIT
#include <espalier/kernel/conv_forward.hpp>

#include <doctest/doctest.h>

#include "images.hpp"

namespace {

template <class Scalar, images::conv_geometry G>
void check() {
    const auto weight = blocks::values<Scalar>(G.weights(), 1), bias = blocks::values<Scalar>(G.out_channels, 2);
    for (const std::size_t rows : images::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        const auto x = blocks::values<Scalar>(rows * G.inputs(), 3);
        const auto input = blocks::packed(x, rows, G.inputs(), blocks::padding::repeats_last_row);
        blocks::recorder<Scalar, G.outputs()> z(rows);
        auto scratch = images::scratch<Scalar>(espalier::kernel::conv_forward_scratch<Scalar>(G));
        espalier::kernel::conv_forward<Scalar, G>(weight.data(), bias.data(), input.data(), rows, scratch.data(), z);
        CHECK(z.complete(rows));
        const images::sums expected = images::forward(G, weight, x, rows);
        blocks::largest_difference<Scalar> difference{expected.terms};
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < G.outputs(); ++i)
                difference.compare(
                    z.blocks[blocks::at<Scalar>(row, i, G.outputs())],
                    expected.values[row * G.outputs() + i] + double(bias[i / (G.out_height() * G.out_width())]));
        CAPTURE(difference.value);
        CHECK(difference.is_rounding());
    }
}

}  // namespace

TEST_CASE("a convolution agrees with a double loop, float") {
    check<float, images::bordered>();
    check<float, images::strided>();
    check<float, images::grouped>();
    check<float, images::depthwise>();
    check<float, images::pixels>();
    check<float, images::row>();
}

TEST_CASE("a convolution agrees with a double loop, double") {
    check<double, images::plain>();
    check<double, images::strided>();
    check<double, images::dilated>();
    check<double, images::skipping>();
}

TEST_CASE_TEMPLATE("without a bias sums start at zero", Geometry, std::integral_constant<int, 0>,
                   std::integral_constant<int, 1>) {
    constexpr auto g = Geometry::value == 0 ? images::plain : images::lopsided;
    const auto weight = blocks::values<float>(g.weights(), 1), x = blocks::values<float>(g.inputs(), 3);
    const auto input = blocks::packed(x, 1, g.inputs(), blocks::padding::repeats_last_row);
    auto scratch = images::scratch<float>(espalier::kernel::conv_forward_scratch<float>(g));
    blocks::recorder<float, g.outputs()> z(1);
    espalier::kernel::conv_forward<float, g>(weight.data(), espalier::kernel::no_bias{}, input.data(), 1,
                                             scratch.data(), z);
    const images::sums expected = images::forward(g, weight, x, 1);
    blocks::largest_difference<float> difference{expected.terms};
    for (std::size_t i = 0; i < g.outputs(); ++i)
        difference.compare(z.blocks[blocks::at<float>(0, i, g.outputs())], expected.values[i]);
    CHECK(difference.is_rounding());
}

TEST_CASE_TEMPLATE("a convolution by Winograd's products agrees with a double loop", Scalar, float, double) {
    static_assert(espalier::kernel::conv_forward_scratch<Scalar>(images::deep) > 0);
    static_assert(espalier::kernel::conv_forward_scratch<Scalar>(images::lopsided) > 0);
    using layout = espalier::kernel::detail::winograd_layout<Scalar>;
    constexpr espalier::kernel::detail::gather of = espalier::kernel::detail::forward_gather(images::deep);
    static_assert(espalier::simd_bytes > 32 || espalier::kernel::detail::winograd_tiles(of.x) % layout(of).chunk > 0);
    check<Scalar, images::deep>();
    check<Scalar, images::lopsided>();
}
