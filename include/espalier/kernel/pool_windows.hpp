// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <espalier/core/simd_bytes.hpp>
#include <espalier/kernel/pool.hpp>
#include <espalier/kernel/tile.hpp>

/// Walks over the windows of a pool and, backward, over the pixels that they cover. Samples lie along the lanes.
namespace espalier::kernel::detail {

/// A stretch of one axis.
struct stretch {
    std::size_t first = 0, last = 0;
    constexpr std::size_t size() const { return last - first; }
};

/// The pixels inside the image of window `window`, and the windows that cover pixel `pixel`.
struct pool_axis {
    std::size_t pixels, windows, kernel, stride, pad;

    constexpr stretch pixels_of(std::size_t window) const {
        const std::size_t begin = window * stride;
        return {begin > pad ? begin - pad : 0, std::min(begin + kernel > pad ? begin + kernel - pad : 0, pixels)};
    }
    constexpr stretch windows_of(std::size_t pixel) const {
        const std::size_t at = pixel + pad;
        const std::size_t last = std::min(at / stride + 1, windows);
        return {std::min(at < kernel ? 0 : (at - kernel) / stride + 1, last), last};
    }
    /// Where a pixel lies in a window.
    constexpr std::size_t tap(std::size_t pixel, std::size_t window) const { return pixel + pad - window * stride; }
};

template <conv_geometry G>
inline constexpr pool_axis pool_y{G.height, G.out_height(), G.kernel_h, G.stride_h, G.pad_top};
template <conv_geometry G>
inline constexpr pool_axis pool_x{G.width, G.out_width(), G.kernel_w, G.stride_w, G.pad_left};

/// Windows that lie inside the image and do not overlap: each pixel belongs to one at most.
template <conv_geometry G>
inline constexpr bool is_tiling =
    G.pad_top + G.pad_left + G.pad_bottom + G.pad_right == 0 && G.stride_h >= G.kernel_h && G.stride_w >= G.kernel_w;

/// Where pixels and windows of a block's image lie: from this many scalars on, those of one register.
template <class Scalar, conv_geometry G>
struct pool_block {
    static constexpr std::size_t lanes = block_lanes<Scalar>;

    std::size_t block, channel, vector;

    constexpr std::size_t pixel(std::size_t y, std::size_t x) const { return (channel * G.height + y) * G.width + x; }
    constexpr std::size_t window(std::size_t y, std::size_t x) const {
        return (channel * G.out_height() + y) * G.out_width() + x;
    }
    constexpr std::size_t input_at(std::size_t y, std::size_t x) const {
        return (block * G.inputs() + pixel(y, x)) * lanes + vector * simd_width<Scalar>;
    }
    constexpr std::size_t output_at(std::size_t y, std::size_t x) const {
        return (block * G.outputs() + window(y, x)) * lanes + vector * simd_width<Scalar>;
    }
};

/// Calls f(pool_block) for each channel of each block, and each vector of it that holds samples.
template <class Scalar, conv_geometry G, class Function>
ESPALIER_PART void for_each_channel(std::size_t rows, Function&& f) {
    for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector)
        for (std::size_t channel = 0; channel < G.channels; ++channel)
            f(pool_block<Scalar, G>{vector / 2, channel, vector % 2});
}

/// One image without lanes: reduce(channel, rows, columns) for each window, registers of results to the epilogue.
template <class Scalar, conv_geometry G, class Epilogue, class Reduce>
ESPALIER_PART void pool_single(const Scalar* x, Epilogue& epilogue, const Reduce& reduce) {
    constexpr std::size_t width = simd_width<Scalar>;
    alignas(alignment) Scalar results[width] = {};
    std::size_t feature = 0;
    for (std::size_t channel = 0; channel < G.channels; ++channel)
        for (std::size_t y = 0; y < G.out_height(); ++y)
            for (std::size_t i = 0; i < G.out_width(); ++i) {
                results[feature % width] =
                    reduce(x + channel * G.height * G.width, pool_y<G>.pixels_of(y), pool_x<G>.pixels_of(i));
                if (++feature % width == 0) epilogue(feature - width, load(results));
            }
    if (feature % width != 0) epilogue(feature / width * width, load(results));
}

}  // namespace espalier::kernel::detail
