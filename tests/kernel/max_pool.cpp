// SPDX-License-Identifier: MIT
#include <espalier/kernel/max_pool.hpp>

#include <doctest/doctest.h>

#include "images.hpp"

namespace {

/// Forward and backward against loops over windows; NaN stands where nothing may be read.
template <class Scalar, images::conv_geometry G>
void check() {
    constexpr std::size_t windows = G.out_height() * G.out_width();
    for (const std::size_t rows : images::batch_sizes<Scalar>()) {
        CAPTURE(rows);
        // Few distinct values: the first of equal ones counts.
        auto x = blocks::values<Scalar>(rows * G.inputs(), 1);
        for (Scalar& each : x) each = std::round(each * 4);
        const auto d = blocks::values<Scalar>(rows * G.outputs(), 2);
        const auto input = blocks::packed(x, rows, G.inputs(), blocks::padding::repeats_last_row);
        const auto delta = blocks::packed(d, rows, G.outputs(), blocks::padding::zero);
        std::vector<std::uint8_t> kept(delta.size(), 0xff);
        blocks::recorder<Scalar, G.outputs()> y(rows), again(rows);
        blocks::recorder<Scalar, G.inputs()> x_gradient(rows);
        espalier::kernel::max_pool_forward<Scalar, G, true>(input.data(), rows, kept.data(), y);
        espalier::kernel::max_pool_forward<Scalar, G, false>(input.data(), rows, nullptr, again);
        espalier::kernel::max_pool_input_gradient<Scalar, G>(delta.data(), rows, kept.data(), x_gradient);
        CHECK(y.complete(rows));
        CHECK(again.complete(rows));
        CHECK(x_gradient.complete(rows));

        std::size_t wrong = 0;
        std::vector<double> expected(rows * G.inputs());
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < G.outputs(); ++i) {
                std::size_t largest = rows * G.inputs();
                for (std::size_t ky = 0; ky < G.kernel_h; ++ky)
                    for (std::size_t kx = 0; kx < G.kernel_w; ++kx) {
                        const std::size_t in_y = i % windows / G.out_width() * G.stride_h + ky - G.pad_top;
                        const std::size_t in_x = i % G.out_width() * G.stride_w + kx - G.pad_left;
                        if (in_y >= G.height || in_x >= G.width) continue;
                        const std::size_t at = row * G.inputs() + (i / windows * G.height + in_y) * G.width + in_x;
                        if (largest == rows * G.inputs() || x[at] > x[largest]) largest = at;
                    }
                const std::size_t at = blocks::at<Scalar>(row, i, G.outputs());
                wrong += y.blocks[at] != x[largest] || again.blocks[at] != x[largest];
                expected[largest] += double(d[row * G.outputs() + i]);
            }
        CHECK(wrong == 0);
        blocks::largest_difference<Scalar> difference{G.taps()};
        for (std::size_t row = 0; row < rows; ++row)
            for (std::size_t i = 0; i < G.inputs(); ++i)
                difference.compare(x_gradient.blocks[blocks::at<Scalar>(row, i, G.inputs())],
                                   expected[row * G.inputs() + i]);
        CHECK(difference.is_rounding());
    }
}

constexpr images::conv_geometry tiling{.channels = 3,
                                       .height = 7,
                                       .width = 5,
                                       .out_channels = 3,
                                       .kernel_h = 2,
                                       .kernel_w = 2,
                                       .stride_h = 2,
                                       .stride_w = 2,
                                       .groups = 3};
constexpr images::conv_geometry gaps{.channels = 2,
                                     .height = 8,
                                     .width = 9,
                                     .out_channels = 2,
                                     .kernel_h = 2,
                                     .kernel_w = 1,
                                     .stride_h = 3,
                                     .stride_w = 2,
                                     .groups = 2};
constexpr images::conv_geometry overlapping{.channels = 2,
                                            .height = 6,
                                            .width = 7,
                                            .out_channels = 2,
                                            .kernel_h = 3,
                                            .kernel_w = 3,
                                            .stride_h = 2,
                                            .stride_w = 1,
                                            .pad_top = 1,
                                            .pad_left = 2,
                                            .pad_bottom = 1,
                                            .pad_right = 1,
                                            .groups = 2};
constexpr images::conv_geometry whole{
    .channels = 1, .height = 15, .width = 17, .out_channels = 1, .kernel_h = 15, .kernel_w = 17};

}  // namespace

TEST_CASE_TEMPLATE("the largest of each window, and where its gradient goes", Scalar, float, double) {
    check<Scalar, tiling>();
    check<Scalar, gaps>();
    check<Scalar, overlapping>();
    check<Scalar, whole>();
}
