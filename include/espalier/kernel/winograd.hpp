// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv_geometry.hpp>

/// When a convolution of 3 x 3 taps goes by Winograd's F(2 x 2, 3 x 3), and the memory for it; plain numbers.
namespace espalier::kernel {

namespace detail {

/// Multiply-adds of a pair of channels for 2 x 2 outputs: one for each of the 4 x 4 positions, instead of 2 x 2 x 9.
inline constexpr std::size_t winograd_positions = 16;

constexpr std::size_t winograd_tiles(const gather_axis& axis) {
    return (static_cast<std::size_t>(axis.outputs) + 1) / 2;
}

/// Whether it is a tenth faster at least. The transforms of inputs and outputs, through the second-level cache, took as
/// long as 80 multiply-adds a tile and channel (measured with AVX2 from 8 to 64 channels); tiles may reach over the
/// edge.
constexpr bool uses_winograd(const gather& of) {
    const auto fits = [](const gather_axis& axis) {
        const bool is_shift = axis.tap_factor == 1 || axis.tap_factor == -1;
        return axis.taps == 3 && axis.divisor == 1 && axis.output_factor == 1 && is_shift;
    };
    if (of.groups > 1 || !fits(of.y) || !fits(of.x)) return false;
    const std::size_t pairs = of.rows * of.sources, transforms = 80 * (of.rows + of.sources);
    const std::size_t direct = static_cast<std::size_t>(of.y.outputs * of.x.outputs) * 9 * pairs;
    return 10 * winograd_tiles(of.y) * winograd_tiles(of.x) * (winograd_positions * pairs + transforms) <= 9 * direct;
}

/// Tiles of 2 x 2 outputs whose transformed channels lie in the cache together.
template <class Scalar>
constexpr std::size_t winograd_chunk(const gather& of) {
    const std::size_t bytes = winograd_positions * (of.sources + of.rows) * block_lanes<Scalar> * sizeof(Scalar);
    return std::clamp<std::size_t>(far_cache / 4 / bytes, 1, winograd_tiles(of.x));
}

/// Scalars from one position to the next of so many blocks: 16 positions are written at a time, which at a distance of
/// a power of two would meet in one set of the cache.
template <class Scalar>
constexpr std::size_t winograd_stride(std::size_t blocks) {
    return (blocks + 1) * block_lanes<Scalar>;
}

/// Scalars: transformed weights, inputs and products.
template <class Scalar>
constexpr std::size_t winograd_scratch(const gather& of) {
    if (!uses_winograd(of)) return 0;
    constexpr std::size_t line = alignment / sizeof(Scalar);
    const std::size_t chunk = winograd_chunk<Scalar>(of);
    return winograd_positions *
           (parts_of(of.rows * of.sources, line) * line + winograd_stride<Scalar>(chunk * of.sources) +
            winograd_stride<Scalar>(chunk * of.rows));
}

}  // namespace detail

/// Scalars of scratch of conv_forward and of conv_input_gradient.
template <class Scalar>
constexpr std::size_t conv_forward_scratch(const conv_geometry& g) {
    return detail::winograd_scratch<Scalar>(detail::forward_gather(g));
}
template <class Scalar>
constexpr std::size_t conv_input_gradient_scratch(const conv_geometry& g) {
    return detail::winograd_scratch<Scalar>(detail::input_gather(g));
}

}  // namespace espalier::kernel
