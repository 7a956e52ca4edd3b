// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv_geometry.hpp>
#include <espalier/kernel/pack.hpp>

/// ∇_W of a convolution. Each weight's sum is a vector over the samples until a tile has seen its part of the image;
/// then the lanes are added. Parts are so small that δ stays in the first-level cache for all taps.
namespace espalier::kernel {

namespace detail {

/// A tile of weights and the part of a block that it sums over.
template <class Scalar>
struct weight_part {
    const Scalar* delta;             // of the tile's first output channel
    const Scalar* input;             // of the tile's first input channel
    std::size_t first_y, last_y;     // rows of δ
    std::ptrdiff_t first_x, last_x;  // columns of δ
    std::ptrdiff_t tap_y, tap_x;     // the tile's first tap
    std::size_t vectors;             // of the block that hold samples
    Scalar* gradient;                // of the tile's first weight
};

template <conv_geometry G, weight_tile Tile, class Scalar>
class weight_sums {
    static constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>, taps = Tile.taps();
    static constexpr std::size_t squares = parts_of(Tile.outs * taps, width);
    static constexpr std::size_t delta_channel = G.out_height() * G.out_width() * lanes;
    static constexpr std::ptrdiff_t height = as_signed(G.height), columns = as_signed(G.width);

    static constexpr std::size_t channel_of(std::size_t tap) { return tap / (Tile.rows * Tile.columns); }
    static constexpr std::size_t row_of(std::size_t tap) { return tap / Tile.columns % Tile.rows; }
    static constexpr std::size_t column_of(std::size_t tap) { return tap % Tile.columns; }
    static constexpr std::size_t offset_of(std::size_t tap) {
        return ((channel_of(tap) * G.height + row_of(tap) * G.dilation_h) * G.width + column_of(tap) * G.dilation_w) *
               lanes;
    }

    simd_square<Scalar> sums_[squares];

    /// One register of δ from each channel; inside(tap) says whether the tap meets the image.
    template <class Inside>
    ESPALIER_INLINE void add(const Scalar* delta, const Scalar* input, const Inside& inside) {
        if constexpr (Tile.outs <= taps || !std::is_same_v<Inside, std::true_type>) {
            simd<Scalar> shared[Tile.outs];
            ESPALIER_UNROLL
            for (std::size_t o = 0; o < Tile.outs; ++o) {
                simd<Scalar> factor = load(delta + o * delta_channel);
                keep_in_register(factor);
                shared[o] = factor;
            }
            ESPALIER_UNROLL
            for (std::size_t tap = 0; tap < taps; ++tap) {
                if constexpr (!std::is_same_v<Inside, std::true_type>)
                    if (!inside(as_signed(row_of(tap)), as_signed(column_of(tap)))) continue;
                simd<Scalar> vector = load(input + offset_of(tap));
                if constexpr (Tile.outs > 1) keep_in_register(vector);
                ESPALIER_UNROLL
                for (std::size_t o = 0; o < Tile.outs; ++o) {
                    simd<Scalar>& sum = sums_[(o * taps + tap) / width].rows[(o * taps + tap) % width];
                    sum = multiply_add(shared[o], vector, sum);
                }
            }
        } else {
            simd<Scalar> shared[taps];
            ESPALIER_UNROLL
            for (std::size_t tap = 0; tap < taps; ++tap) {
                simd<Scalar> vector = load(input + offset_of(tap));
                keep_in_register(vector);
                shared[tap] = vector;
            }
            ESPALIER_UNROLL
            for (std::size_t o = 0; o < Tile.outs; ++o) {
                simd<Scalar> factor = load(delta + o * delta_channel);
                if constexpr (taps > 1) keep_in_register(factor);
                ESPALIER_UNROLL
                for (std::size_t tap = 0; tap < taps; ++tap) {
                    simd<Scalar>& sum = sums_[(o * taps + tap) / width].rows[(o * taps + tap) % width];
                    sum = multiply_add(factor, shared[tap], sum);
                }
            }
        }
    }

public:
    ESPALIER_INLINE void add_part(const weight_part<Scalar>& part) {
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < squares * width; ++i) sums_[i / width].rows[i % width] = simd<Scalar>(Scalar{});
        // Columns of δ whose taps all meet the image.
        const std::ptrdiff_t left = part.tap_x * as_signed(G.dilation_w) - as_signed(G.pad_left);
        const std::ptrdiff_t right = left + as_signed((Tile.columns - 1) * G.dilation_w);
        std::ptrdiff_t first = part.first_x, last = part.last_x;
        while (first < last && first * as_signed(G.stride_w) + left < 0) ++first;
        while (last > first && (last - 1) * as_signed(G.stride_w) + right >= columns) --last;

        for (std::size_t y = part.first_y; y < part.last_y; ++y) {
            const std::ptrdiff_t top =
                as_signed(y * G.stride_h) + part.tap_y * as_signed(G.dilation_h) - as_signed(G.pad_top);
            const std::ptrdiff_t bottom = top + as_signed((Tile.rows - 1) * G.dilation_h);
            if (bottom < 0 || top >= height) continue;
            const bool whole = top >= 0 && bottom < height;
            const Scalar* const delta = part.delta + y * G.out_width() * lanes;
            const Scalar* const input = part.input + (top * columns + left) * as_signed(lanes);
            const auto add_columns = [&](std::ptrdiff_t begin, std::ptrdiff_t end,
                                         auto clipped) ESPALIER_INLINE_LAMBDA {
                for (std::ptrdiff_t x = begin; x < end; ++x)
                    for (std::size_t v = 0; v < part.vectors; ++v) {
                        const Scalar* const of_delta = delta + x * as_signed(lanes) + v * width;
                        const Scalar* const of_input = input + x * as_signed(G.stride_w * lanes) + v * width;
                        if constexpr (clipped)
                            add(of_delta, of_input,
                                [&](std::ptrdiff_t row, std::ptrdiff_t column) ESPALIER_INLINE_LAMBDA {
                                    const auto at_y = static_cast<std::size_t>(top + row * as_signed(G.dilation_h));
                                    const auto at_x = static_cast<std::size_t>(x * as_signed(G.stride_w) + left +
                                                                               column * as_signed(G.dilation_w));
                                    return at_y < G.height && at_x < G.width;
                                });
                        else
                            add(of_delta, of_input, std::true_type{});
                    }
            };
            const std::ptrdiff_t begin = whole ? first : part.first_x, end = whole ? last : part.first_x;
            add_columns(begin, end, std::false_type{});
            for (const bool behind : {false, true})
                add_columns(behind ? end : part.first_x, behind ? part.last_x : begin, std::true_type{});
        }

        alignas(alignment) Scalar added[squares * width];
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < squares; ++i) store(added + i * width, sum_lanes<Scalar>(sums_[i]));
        // One by one: what lies side by side is a row of taps, shorter than a register; by parts of registers it takes
        // as many instructions, and g++ spills sums above (up to 8 % slower).
        const Scalar* from = added;
        for (std::size_t o = 0; o < Tile.outs; ++o)
            for (std::size_t c = 0; c < Tile.channels; ++c)
                for (std::size_t row = 0; row < Tile.rows; ++row)
                    for (std::size_t column = 0; column < Tile.columns; ++column)
                        part.gradient[((o * (G.channels / G.groups) + c) * G.kernel_h + row) * G.kernel_w + column] +=
                            *from++;
    }
};

/// Rows and columns of δ that a tile sums over before its lanes are added.
struct part_size {
    std::size_t rows, columns;
};

template <class Scalar>
constexpr part_size part_of(const conv_geometry& g, const weight_tile& tile) {
    constexpr std::size_t cache = 2 * near_cache;
    const auto even = [](std::size_t extent, std::size_t most) {
        return parts_of(extent, parts_of(extent, std::max<std::size_t>(most, 1)));
    };
    const std::size_t pixel = tile.outs * block_lanes<Scalar> * sizeof(Scalar);
    const std::size_t columns = even(g.out_width(), cache / pixel);
    return {even(g.out_height(), cache / (pixel * columns)), columns};
}

}  // namespace detail

/// weight_gradient [out][channels / groups][kernel_h][kernel_w], overwritten, = the sum over samples and pixels of
/// δ times the input that the weight has met.
///
/// delta [block][out][out_height][out_width][lanes], zero past `rows` in the last vector; input
/// [block][channels][height][width][lanes]; `rows` ≥ 1 samples.
template <class Scalar, conv_geometry Geometry>
[[gnu::noinline]] ESPALIER_FLATTEN void conv_weight_gradient(const Scalar* delta, const Scalar* input, std::size_t rows,
                                                             Scalar* weight_gradient) {
    using namespace detail;
    static_assert(Geometry.is_valid());
    // static: g++ 12 crashes on constants of class type that lambdas within lambdas use.
    static constexpr conv_geometry g = without_rows(Geometry);
    static constexpr weight_tile tile = best_weight_tile(g);
    static constexpr part_size size = part_of<Scalar>(g, tile);
    constexpr std::size_t outs = g.out_channels / g.groups, channels = g.channels / g.groups;
    constexpr std::size_t lanes = block_lanes<Scalar>, across = parts_of(g.out_width(), size.columns);
    constexpr std::size_t parts = parts_of(g.out_height(), size.rows) * across;
    std::fill_n(weight_gradient, g.weights(), Scalar{});
    for (std::size_t block = 0; block < blocks_for<Scalar>(rows); ++block) {
        const std::size_t vectors = std::min<std::size_t>(vectors_for<Scalar>(rows) - 2 * block, 2);
        for (std::size_t group = 0; group < g.groups; ++group)
            for_each_part<outs, tile.outs>([&](auto out_count, std::size_t first_out) ESPALIER_PART_LAMBDA {
                for (std::size_t part = 0; part < parts; ++part) {
                    const std::size_t y = part / across * size.rows, x = part % across * size.columns;
                    for_each_part<channels, tile.channels>([&](auto channel_count,
                                                               std::size_t first_channel) ESPALIER_PART_LAMBDA {
                        for_each_part<g.kernel_h, tile.rows>([&](auto row_count, std::size_t ky) ESPALIER_PART_LAMBDA {
                            for_each_part<g.kernel_w, tile.columns>([&](auto column_count,
                                                                        std::size_t kx) ESPALIER_PART_LAMBDA {
                                constexpr weight_tile here{out_count, channel_count, row_count, column_count};
                                const std::size_t out = group * outs + first_out,
                                                  channel = group * channels + first_channel;
                                weight_sums<g, here, Scalar> sums;
                                sums.add_part(
                                    {delta + (block * g.out_channels + out) * g.out_height() * g.out_width() * lanes,
                                     input + (block * g.channels + channel) * g.height * g.width * lanes, y,
                                     std::min(y + size.rows, g.out_height()), as_signed(x),
                                     as_signed(std::min(x + size.columns, g.out_width())), as_signed(ky), as_signed(kx),
                                     vectors,
                                     weight_gradient + (out * channels + first_channel) * g.taps() + ky * g.kernel_w +
                                         kx});
                            });
                        });
                    });
                }
            });
    }
}

/// bias_gradient [channels], overwritten, = the sum over samples and pixels of δ [block][channels][pixels][lanes].
template <class Scalar>
[[gnu::noinline]] void conv_bias_gradient(std::size_t channels, std::size_t pixels, const Scalar* delta,
                                          std::size_t rows, Scalar* bias_gradient) {
    constexpr std::size_t width = simd_width<Scalar>, chains = 4;
    for (std::size_t channel = 0; channel < channels; ++channel) {
        simd<Scalar> sums[chains];
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < chains; ++i) sums[i] = simd<Scalar>(Scalar{});
        for (std::size_t block = 0; block < blocks_for<Scalar>(rows); ++block) {
            const Scalar* const from = delta + (block * channels + channel) * pixels * block_lanes<Scalar>;
            const bool both = vectors_for<Scalar>(rows) - 2 * block > 1;
            const std::size_t registers = both ? 2 * pixels : pixels, step = both ? width : 2 * width;
            std::size_t i = 0;
            for (; i + chains <= registers; i += chains) {
                ESPALIER_UNROLL
                for (std::size_t k = 0; k < chains; ++k) sums[k] += load(from + (i + k) * step);
            }
            for (; i < registers; ++i) sums[0] += load(from + i * step);
        }
        bias_gradient[channel] = xsimd::hadd(sums[0] + sums[1] + (sums[2] + sums[3]));
    }
}

}  // namespace espalier::kernel
