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

/// Outputs times taps of an axis that meet within the image.
constexpr std::size_t meetings(const gather_axis& axis) {
    std::ptrdiff_t count = 0;
    for (std::ptrdiff_t output = 0; output < axis.outputs; ++output)
        count += tap_range(output + axis.offset, axis.tap_factor, axis.taps, axis.sources).count;
    return static_cast<std::size_t>(count);
}

/// Whether it is a tenth faster at least. In multiply-adds of a register: the transforms of inputs and outputs, through
/// the second-level cache, took 80 a tile and channel (measured with AVX2 from 8 to 64 channels; twice the rate of
/// multiply-adds is taken for half as many again), those of the weights, once for a batch, about a tile's products.
/// Tiles may reach over the edge. 128 to 128 channels ran twice as fast; of many more the transformed weights, which
/// are read again for each few tiles, outgrow the caches.
constexpr bool uses_winograd(const gather& of) {
    const auto fits = [](const gather_axis& axis) {
        const bool is_shift = axis.tap_factor == 1 || axis.tap_factor == -1;
        return axis.taps == 3 && axis.divisor == 1 && axis.output_factor == 1 && is_shift;
    };
    const std::size_t pairs = of.rows * of.sources;
    if (of.groups > 1 || !fits(of.y) || !fits(of.x) || winograd_positions * pairs > far_cache) return false;
    const std::size_t transforms = (simd_bytes > 32 ? 120 : 80) * (of.rows + of.sources);
    const std::size_t tiles = winograd_tiles(of.y) * winograd_tiles(of.x);
    const std::size_t cost = tiles * (winograd_positions * pairs + transforms) + winograd_positions * pairs;
    return 10 * cost <= 9 * meetings(of.y) * meetings(of.x) * pairs;
}

/// The scratch: of each position in turn weights [rows][sources], then inputs [block][sources][lanes], then products
/// [block][rows][lanes]. All positions are written at once, so they are an odd number of cache lines apart: at a power
/// of two they would meet in one set of the cache.
template <class Scalar>
struct winograd_layout {
    std::size_t chunk;                      // tiles that lie in the cache together: blocks, if these are full
    std::size_t weights, inputs, products;  // scalars of a position

    constexpr explicit winograd_layout(const gather& of) {
        const std::size_t bytes = winograd_positions * (of.sources + of.rows) * block_lanes<Scalar> * sizeof(Scalar);
        chunk = std::clamp<std::size_t>(far_cache / 4 / bytes, 1, winograd_tiles(of.x));
        constexpr std::size_t line = alignment / sizeof(Scalar);
        const auto apart = [](std::size_t scalars) { return (parts_of(scalars, line) | 1) * line; };
        weights = apart(of.rows * of.sources);
        inputs = apart(chunk * of.sources * block_lanes<Scalar>);
        products = apart(chunk * of.rows * block_lanes<Scalar>);
    }
    constexpr std::size_t size() const { return winograd_positions * (weights + inputs + products); }
};

template <class Scalar>
constexpr std::size_t winograd_scratch(const gather& of) {
    return uses_winograd(of) ? winograd_layout<Scalar>(of).size() : 0;
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
