// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/kernel/conv_gather.hpp>
#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/winograd.hpp>

/// Convolutions of 3 x 3 taps by Winograd's F(2 x 2, 3 x 3): Y = Aᵀ [Σ_channels (G g Gᵀ) ⊙ (Bᵀ d B)] A for each 4 x 4
/// inputs d and 2 x 2 outputs Y. For each of the 16 positions the sum over channels is the product of a dense layer,
/// samples along the lanes. (Lavin and Gray 2016, section 4.1)
///
/// Sums of 576 products of 64 channels were up to 1e-5 from those of the direct way in float, which is their rounding's
/// size. An input that is infinite or NaN spoils all outputs of the tiles that read it, not only those it should.
namespace espalier::kernel::detail {

template <const gather& Of, class Scalar>
class winograd {
    static constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    static constexpr winograd_layout<Scalar> layout{Of};

    using four = simd<Scalar>[4];

    static constexpr std::ptrdiff_t first(const gather_axis& axis) {
        return axis.tap_factor == 1 ? axis.offset : axis.offset - 2;
    }

    /// G g Gᵀ for each pair of channels, to [position][rows][sources].
    static void transform_weights(const Scalar* weight, Scalar* to) {
        const auto column = [](Scalar a, Scalar b, Scalar c, auto&& store) {
            const Scalar ends = (a + c) * Scalar(0.5), middle = b * Scalar(0.5);
            store(0, a);
            store(1, ends + middle);
            store(2, ends - middle);
            store(3, c);
        };
        for (std::size_t r = 0; r < Of.rows; ++r)
            for (std::size_t s = 0; s < Of.sources; ++s) {
                const Scalar* const given = weight + r * Of.row_stride + s * Of.source_stride;
                const auto tap = [&](std::size_t y, std::size_t x) {
                    return given[3 * (Of.y.tap_factor == 1 ? y : 2 - y) + (Of.x.tap_factor == 1 ? x : 2 - x)];
                };
                Scalar half[4][3];
                for (std::size_t x = 0; x < 3; ++x)
                    column(tap(0, x), tap(1, x), tap(2, x), [&](std::size_t i, Scalar value) { half[i][x] = value; });
                for (std::size_t i = 0; i < 4; ++i)
                    column(half[i][0], half[i][1], half[i][2], [&](std::size_t j, Scalar value) {
                        to[(4 * i + j) * layout.weights + r * Of.sources + s] = value;
                    });
            }
    }

    /// One row of Bᵀ d, or one of its columns after that.
    ESPALIER_INLINE static void combine(const four& d, four& to) {
        to[0] = d[0] - d[2];
        to[1] = d[1] + d[2];
        to[2] = d[2] - d[1];
        to[3] = d[1] - d[3];
    }

    /// Bᵀ d B of a register of samples, for every source, from the 4 x 4 pixels at (y, x); zeros outside the image.
    template <bool Inside>
    static void transform_inputs(const Scalar* source, std::ptrdiff_t y, std::ptrdiff_t x, Scalar* to) {
        const auto pixel = [&](std::size_t i, std::size_t j) ESPALIER_INLINE_LAMBDA {
            const std::ptrdiff_t at_y = y + as_signed(i), at_x = x + as_signed(j);
            if constexpr (!Inside)
                if (std::size_t(at_y) >= std::size_t(Of.y.sources) || std::size_t(at_x) >= std::size_t(Of.x.sources))
                    return simd<Scalar>(Scalar{});
            return load(source + (at_y * Of.x.sources + at_x) * as_signed(lanes));
        };
        for (std::size_t s = 0; s < Of.sources; ++s) {
            four half[4];  // [j][i]
            ESPALIER_UNROLL
            for (std::size_t j = 0; j < 4; ++j) {
                const four column{pixel(0, j), pixel(1, j), pixel(2, j), pixel(3, j)};
                combine(column, half[j]);
            }
            ESPALIER_UNROLL
            for (std::size_t i = 0; i < 4; ++i) {
                const four row{half[0][i], half[1][i], half[2][i], half[3][i]};
                four done;
                combine(row, done);
                ESPALIER_UNROLL
                for (std::size_t j = 0; j < 4; ++j) store(to + (4 * i + j) * layout.inputs + s * lanes, done[j]);
            }
            source += Of.y.sources * Of.x.sources * as_signed(lanes);
        }
    }

    /// Aᵀ m A of a register of samples, for every row: finish(row, i, j, value) for 2 x 2 outputs.
    template <bool Loop, class Finish>
    ESPALIER_INLINE static void transform_outputs(const Scalar* from, const Finish& finish) {
        for (std::size_t r = 0; r < Of.rows; ++r) {
            simd<Scalar> left[4], right[4];
            ESPALIER_UNROLL
            for (std::size_t i = 0; i < 4; ++i) {
                const Scalar* const row = from + 4 * i * layout.products + r * lanes;
                const simd<Scalar> second = load(row + layout.products), third = load(row + 2 * layout.products);
                left[i] = load(row) + second + third;
                right[i] = second - third - load(row + 3 * layout.products);
            }
            const four done{left[0] + left[1] + left[2], right[0] + right[1] + right[2], left[1] - left[2] - left[3],
                            right[1] - right[2] - right[3]};
            if constexpr (Loop) {
                alignas(alignment) Scalar stored[4 * width];
                ESPALIER_UNROLL
                for (std::size_t k = 0; k < 4; ++k) store(stored + k * width, done[k]);
                for (std::size_t k = 0; k < 4; ++k) finish(r, k / 2, k % 2, load(stored + k * width));
            } else {
                ESPALIER_UNROLL
                for (std::size_t k = 0; k < 4; ++k) finish(r, k / 2, k % 2, done[k]);
            }
        }
    }

    struct store_product {
        Scalar* to;  // [block][rows][lanes]
        ESPALIER_INLINE void operator()(std::size_t block, std::size_t row, std::size_t vector,
                                        const simd<Scalar>& value) const {
            store(to + (block * Of.rows + row) * lanes + vector * width, value);
        }
    };

public:
    template <class Bias, class Epilogue>
    static void run(const Scalar* weight, Bias bias, const Scalar* source, std::size_t samples, Scalar* scratch,
                    Epilogue& epilogue) {
        Scalar* const transformed = scratch;
        Scalar* const input = transformed + winograd_positions * layout.weights;
        Scalar* const product = input + winograd_positions * layout.inputs;
        transform_weights(weight, transformed);
        constexpr std::size_t tile_rows = winograd_tiles(Of.y), tile_columns = winograd_tiles(Of.x);
        for (std::size_t block = 0; block < blocks_for<Scalar>(samples); ++block) {
            const Scalar* const image = source + block * Of.inputs() * lanes;
            const std::size_t vectors = std::min<std::size_t>(vectors_for<Scalar>(samples) - 2 * block, 2);
            for (std::size_t ty = 0; ty < tile_rows; ++ty)
                for (std::size_t begin = 0; begin < tile_columns; begin += layout.chunk) {
                    const std::size_t registers = std::min(layout.chunk, tile_columns - begin) * vectors;
                    const std::ptrdiff_t y = 2 * as_signed(ty) + first(Of.y);
                    const bool rows_inside = y >= 0 && y + 3 < Of.y.sources;
                    // Registers of samples of all tiles, side by side in blocks of two.
                    for (std::size_t i = 0; i < registers; ++i) {
                        const std::ptrdiff_t x = 2 * as_signed(begin + i / vectors) + first(Of.x);
                        const Scalar* const from = image + i % vectors * width;
                        Scalar* const to = input + i / 2 * Of.sources * lanes + i % 2 * width;
                        if (rows_inside && x >= 0 && x + 3 < Of.x.sources)
                            transform_inputs<true>(from, y, x, to);
                        else
                            transform_inputs<false>(from, y, x, to);
                    }
                    for (std::size_t position = 0; position < winograd_positions; ++position) {
                        store_product to{product + position * layout.products};
                        dense_forward<Scalar, Of.sources, Of.rows>(transformed + position * layout.weights, no_bias{},
                                                                   input + position * layout.inputs, registers * width,
                                                                   to);
                    }
                    for (std::size_t i = 0; i < registers; ++i) {
                        const std::size_t x = 2 * (begin + i / vectors);
                        transform_outputs<calls_in_loop<Epilogue>>(
                            product + i / 2 * Of.rows * lanes + i % 2 * width,
                            [&](std::size_t row, std::size_t down, std::size_t right,
                                simd<Scalar> value) ESPALIER_PART_LAMBDA {
                                const std::size_t at_y = 2 * ty + down, at_x = x + right;
                                if (at_y >= std::size_t(Of.y.outputs) || at_x >= std::size_t(Of.x.outputs)) return;
                                if constexpr (!std::is_same_v<Bias, no_bias>) value += simd<Scalar>(bias[row]);
                                epilogue(block,
                                         (row * std::size_t(Of.y.outputs) + at_y) * std::size_t(Of.x.outputs) + at_x,
                                         i % vectors, value);
                            });
                    }
                }
        }
    }
};

/// A convolution or its adjoint, in the way that costs less.
template <const gather& Of, class Scalar, class Bias, class Epilogue>
ESPALIER_PART void convolve(const Scalar* weight, Bias bias, const Scalar* source, std::size_t samples,
                            [[maybe_unused]] Scalar* scratch, Epilogue& epilogue) {
    if constexpr (uses_winograd(Of))
        winograd<Of, Scalar>::run(weight, bias, source, samples, scratch, epilogue);
    else
        gather_batch<Of>(weight, bias, source, samples, epilogue);
}

}  // namespace espalier::kernel::detail
