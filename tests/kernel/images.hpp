// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv_geometry.hpp>

#include "blocks.hpp"

/// A convolution as plain loops in double, on row-major samples, and the geometries on which kernels are compared.
namespace images {

using espalier::kernel::conv_geometry;

/// Calls f(weight, input feature, output feature) for every product of a sample.
template <class Function>
void for_each_product(const conv_geometry& g, Function&& f) {
    const std::size_t channels = g.channels / g.groups, outs = g.out_channels / g.groups;
    for (std::size_t o = 0; o < g.out_channels; ++o)
        for (std::size_t c = 0; c < channels; ++c)
            for (std::size_t ky = 0; ky < g.kernel_h; ++ky)
                for (std::size_t kx = 0; kx < g.kernel_w; ++kx)
                    for (std::size_t y = 0; y < g.out_height(); ++y)
                        for (std::size_t x = 0; x < g.out_width(); ++x) {
                            const std::size_t in_y = y * g.stride_h + ky * g.dilation_h - g.pad_top;
                            const std::size_t in_x = x * g.stride_w + kx * g.dilation_w - g.pad_left;
                            if (in_y >= g.height || in_x >= g.width) continue;  // below zero wraps
                            f(((o * channels + c) * g.kernel_h + ky) * g.kernel_w + kx,
                              ((o / outs * channels + c) * g.height + in_y) * g.width + in_x,
                              (o * g.out_height() + y) * g.out_width() + x);
                        }
}

/// result[sample][…] = Σ of products over `terms` of them at most.
struct sums {
    std::vector<double> values;
    std::size_t terms;
};

template <class Scalar>
sums forward(const conv_geometry& g, const std::vector<Scalar>& weight, const std::vector<Scalar>& x,
             std::size_t rows) {
    sums z{std::vector<double>(rows * g.outputs()), g.channels / g.groups * g.taps()};
    for (std::size_t row = 0; row < rows; ++row)
        for_each_product(g, [&](std::size_t w, std::size_t in, std::size_t out) {
            z.values[row * g.outputs() + out] += double(weight[w]) * double(x[row * g.inputs() + in]);
        });
    return z;
}

template <class Scalar>
sums input_gradient(const conv_geometry& g, const std::vector<Scalar>& weight, const std::vector<Scalar>& delta,
                    std::size_t rows) {
    sums x{std::vector<double>(rows * g.inputs()), g.out_channels / g.groups * g.taps()};
    for (std::size_t row = 0; row < rows; ++row)
        for_each_product(g, [&](std::size_t w, std::size_t in, std::size_t out) {
            x.values[row * g.inputs() + in] += double(weight[w]) * double(delta[row * g.outputs() + out]);
        });
    return x;
}

template <class Scalar>
sums weight_gradient(const conv_geometry& g, const std::vector<Scalar>& x, const std::vector<Scalar>& delta,
                     std::size_t rows) {
    sums w{std::vector<double>(g.weights()), rows * g.out_height() * g.out_width()};
    for (std::size_t row = 0; row < rows; ++row)
        for_each_product(g, [&](std::size_t weight, std::size_t in, std::size_t out) {
            w.values[weight] += double(x[row * g.inputs() + in]) * double(delta[row * g.outputs() + out]);
        });
    return w;
}

/// Batches of half a block, of a block and a bit, of whole blocks.
template <class Scalar>
std::vector<std::size_t> batch_sizes() {
    constexpr std::size_t lanes = espalier::block_lanes<Scalar>;
    return {1, lanes / 2, lanes + 3, 2 * lanes - 1, 2 * lanes};
}

/// Memory for a kernel, of exact size.
template <class Scalar>
std::vector<Scalar> scratch(std::size_t size) {
    return std::vector<Scalar>(size, blocks::poison<Scalar>);
}

// Of so many channels that 3 x 3 taps go by Winograd's products, forward and backward: odd sizes, where the last tiles
// of a row are fewer, and paddings that differ.
inline constexpr conv_geometry deep{.channels = 32,
                                    .height = 11,
                                    .width = 17,
                                    .out_channels = 24,
                                    .kernel_h = 3,
                                    .kernel_w = 3,
                                    .pad_top = 1,
                                    .pad_left = 1,
                                    .pad_bottom = 1,
                                    .pad_right = 1};
inline constexpr conv_geometry lopsided{.channels = 24,
                                        .height = 12,
                                        .width = 8,
                                        .out_channels = 32,
                                        .kernel_h = 3,
                                        .kernel_w = 3,
                                        .pad_top = 0,
                                        .pad_left = 2,
                                        .pad_bottom = 2,
                                        .pad_right = 0};

// Plain, odd sizes; bordered; strided with a kernel wider than half the image; dilated; groups; depthwise; single
// pixels; a row.
inline constexpr conv_geometry plain{
    .channels = 2, .height = 7, .width = 9, .out_channels = 5, .kernel_h = 3, .kernel_w = 2};
inline constexpr conv_geometry bordered{.channels = 3,
                                        .height = 5,
                                        .width = 6,
                                        .out_channels = 7,
                                        .kernel_h = 3,
                                        .kernel_w = 3,
                                        .pad_top = 1,
                                        .pad_left = 1,
                                        .pad_bottom = 1,
                                        .pad_right = 1};
inline constexpr conv_geometry strided{.channels = 2,
                                       .height = 6,
                                       .width = 7,
                                       .out_channels = 3,
                                       .kernel_h = 4,
                                       .kernel_w = 5,
                                       .stride_h = 2,
                                       .stride_w = 3,
                                       .pad_top = 3,
                                       .pad_left = 2,
                                       .pad_bottom = 0,
                                       .pad_right = 4};
inline constexpr conv_geometry dilated{.channels = 1,
                                       .height = 9,
                                       .width = 8,
                                       .out_channels = 2,
                                       .kernel_h = 3,
                                       .kernel_w = 3,
                                       .stride_h = 3,
                                       .stride_w = 2,
                                       .pad_top = 2,
                                       .pad_left = 1,
                                       .pad_bottom = 2,
                                       .pad_right = 1,
                                       .dilation_h = 2,
                                       .dilation_w = 3};
inline constexpr conv_geometry grouped{.channels = 6,
                                       .height = 4,
                                       .width = 5,
                                       .out_channels = 9,
                                       .kernel_h = 2,
                                       .kernel_w = 3,
                                       .pad_right = 2,
                                       .groups = 3};
inline constexpr conv_geometry depthwise{.channels = 5,
                                         .height = 6,
                                         .width = 15,
                                         .out_channels = 5,
                                         .kernel_h = 3,
                                         .kernel_w = 3,
                                         .stride_h = 2,
                                         .pad_top = 1,
                                         .pad_left = 1,
                                         .pad_bottom = 1,
                                         .pad_right = 1,
                                         .groups = 5};
inline constexpr conv_geometry pixels{.channels = 17, .height = 3, .width = 3, .out_channels = 11};
inline constexpr conv_geometry skipping{
    .channels = 3, .height = 5, .width = 5, .out_channels = 2, .stride_h = 2, .stride_w = 3};
inline constexpr conv_geometry row{.channels = 3, .width = 40, .out_channels = 4, .kernel_w = 15, .pad_left = 14};

}  // namespace images
