// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/kernel/conv_geometry.hpp>
#include <espalier/kernel/tile.hpp>

/// The register tile on which convolutions and their input gradients run. Samples lie along the lanes, so a source
/// pixel is a register and a weight a scalar: no copy of the image, no padding; taps outside it are left out.
namespace espalier::kernel::detail {

/// The taps that one tile of outputs meets.
struct tile_taps {
    std::ptrdiff_t rows = 0, columns = 0;  // how many
    std::ptrdiff_t source = 0;             // column where the first output meets the first tap
    std::size_t outputs = 0;               // columns of the tile that exist
    std::size_t vectors = 0;               // of the block that hold samples
};

/// sum_taps for a single row, which would load as many registers as it multiplies: each source is loaded once and meets
/// all columns of the tile that it belongs to.
template <const gather& Of, bool Clipped, std::size_t Vectors, class Scalar, std::size_t Registers>
ESPALIER_INLINE void slide_taps(simd<Scalar> (&sums)[Registers], const Scalar* weight, const Scalar* source,
                                const tile_taps& taps) {
    constexpr std::ptrdiff_t lanes = as_signed(block_lanes<Scalar>), count = Of.x.taps;
    constexpr std::ptrdiff_t columns = as_signed(Registers / Vectors), factor = Of.x.output_factor;
    constexpr std::ptrdiff_t reach = (count - 1) * Of.x.tap_source();
    constexpr std::ptrdiff_t first = std::min<std::ptrdiff_t>(reach, 0);
    constexpr std::ptrdiff_t span = (columns - 1) * factor + (reach < 0 ? -reach : reach) + 1;
    for (std::size_t s = 0; s < Of.sources; ++s) {
        const Scalar* row_weight = weight + s * Of.source_stride;
        const Scalar* row_source = source + as_signed(s) * Of.y.sources * Of.x.sources * lanes;
        for (std::ptrdiff_t y = 0; y < taps.rows; ++y) {
            simd<Scalar> factors[count];
            ESPALIER_UNROLL
            for (std::ptrdiff_t tap = 0; tap < count; ++tap) {
                simd<Scalar> value(row_weight[tap]);
                keep_in_register(value);
                factors[tap] = value;
            }
            unroll<static_cast<std::size_t>(span)>([&](auto i) ESPALIER_INLINE_LAMBDA {
                constexpr std::ptrdiff_t at = first + as_signed(i);
                if constexpr (Clipped)
                    if (static_cast<std::size_t>(taps.source + at) >= std::size_t(Of.x.sources)) return;
                ESPALIER_UNROLL
                for (std::size_t v = 0; v < Vectors; ++v) {
                    if constexpr (Clipped)
                        if (v >= taps.vectors) continue;
                    simd<Scalar> vector = load(row_source + at * lanes + as_signed(v * simd_width<Scalar>));
                    keep_in_register(vector);
                    ESPALIER_UNROLL
                    for (std::ptrdiff_t tap = 0; tap < count; ++tap) {
                        const std::ptrdiff_t moved = at - tap * Of.x.tap_source();
                        if (moved < 0 || moved % factor != 0 || moved / factor >= columns) continue;
                        simd<Scalar>& sum = sums[static_cast<std::size_t>(moved / factor) * Vectors + v];
                        sum = multiply_add(factors[tap], vector, sum);
                    }
                }
            });
            row_weight += Of.y.tap_step() * Of.x.taps;
            row_source += Of.y.tap_source() * Of.x.sources * lanes;
        }
    }
}

/// sums[row][column, vector] += weight · source over all sources and taps. Clipped: columns and vectors that do not
/// exist and taps outside the image are left out, at the cost of a test.
template <const gather& Of, bool Clipped, std::size_t Vectors, class Scalar, std::size_t Rows, std::size_t Registers>
ESPALIER_INLINE void sum_taps(simd<Scalar> (&sums)[Rows][Registers], const Scalar* weight, const Scalar* source,
                              const tile_taps& taps) {
    constexpr std::ptrdiff_t lanes = as_signed(block_lanes<Scalar>);
    constexpr std::ptrdiff_t row_size = Of.x.sources * lanes;
    constexpr std::ptrdiff_t next_row = Of.y.tap_source() * row_size, next_column = Of.x.tap_source() * lanes;
    constexpr std::size_t Columns = Registers / Vectors;
    constexpr bool keeps_rows = Rows < Columns * Vectors;
    const auto step = [&](const Scalar* w, const Scalar* from, std::ptrdiff_t column) ESPALIER_INLINE_LAMBDA {
        if constexpr (Clipped || keeps_rows) {
            simd<Scalar> factors[Rows];
            ESPALIER_UNROLL
            for (std::size_t row = 0; row < Rows; ++row) {
                simd<Scalar> factor(w[row * Of.row_stride]);
                if constexpr (!Clipped) keep_in_register(factor);
                factors[row] = factor;
            }
            ESPALIER_UNROLL
            for (std::size_t i = 0; i < Columns; ++i) {
                const std::ptrdiff_t at = as_signed(i) * Of.x.output_factor;
                if constexpr (Clipped)
                    if (i >= taps.outputs || static_cast<std::size_t>(column + at) >= std::size_t(Of.x.sources))
                        continue;
                ESPALIER_UNROLL
                for (std::size_t v = 0; v < Vectors; ++v) {
                    if constexpr (Clipped)
                        if (v >= taps.vectors) continue;
                    simd<Scalar> vector = load(from + at * lanes + v * simd_width<Scalar>);
                    if constexpr (Rows > 1) keep_in_register(vector);
                    ESPALIER_UNROLL
                    for (std::size_t row = 0; row < Rows; ++row)
                        sums[row][i * Vectors + v] = multiply_add(factors[row], vector, sums[row][i * Vectors + v]);
                }
            }
        } else {
            simd<Scalar> vectors[Columns * Vectors];
            ESPALIER_UNROLL
            for (std::size_t i = 0; i < Columns * Vectors; ++i) {
                simd<Scalar> vector =
                    load(from + as_signed(i / Vectors) * Of.x.output_factor * lanes + i % Vectors * simd_width<Scalar>);
                keep_in_register(vector);
                vectors[i] = vector;
            }
            ESPALIER_UNROLL
            for (std::size_t row = 0; row < Rows; ++row) {
                simd<Scalar> factor(w[row * Of.row_stride]);
                if constexpr (Columns * Vectors > 1) keep_in_register(factor);
                ESPALIER_UNROLL
                for (std::size_t i = 0; i < Columns * Vectors; ++i)
                    sums[row][i] = multiply_add(factor, vectors[i], sums[row][i]);
            }
        }
    };
    for (std::size_t s = 0; s < Of.sources; ++s) {
        const Scalar* row_weight = weight;
        const Scalar* row_source = source;
        for (std::ptrdiff_t y = 0; y < taps.rows; ++y) {
            for (std::ptrdiff_t x = 0; x < taps.columns; ++x)
                step(row_weight + x * Of.x.tap_step(), row_source + x * next_column,
                     taps.source + x * Of.x.tap_source());
            row_weight += Of.y.tap_step() * Of.x.taps;
            row_source += next_row;
        }
        weight += Of.source_stride;
        source += Of.y.sources * row_size;
    }
}

/// A tile from its start by initial(row) to finish(row, column, vector, value), which is called for columns and vectors
/// that exist.
template <const gather& Of, std::size_t Rows, std::size_t Columns, std::size_t Vectors, bool Clipped, bool Loop,
          class Scalar, class Initial, class Finish>
ESPALIER_INLINE void gather_outputs(const Scalar* weight, const Scalar* source, const tile_taps& taps,
                                    const Initial& initial, const Finish& finish) {
    constexpr std::size_t width = simd_width<Scalar>, registers = Columns * Vectors;
    simd<Scalar> sums[Rows][registers];
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
        const simd<Scalar> start = initial(row);
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < registers; ++i) sums[row][i] = start;
    }
    if constexpr (Rows == 1 && slides(Of.x))
        slide_taps<Of, Clipped, Vectors>(sums[0], weight, source, taps);
    else
        sum_taps<Of, Clipped, Vectors>(sums, weight, source, taps);
    if constexpr (Loop) {
        alignas(alignment) Scalar finished[Rows * registers * width];
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < Rows * registers; ++i)
            store(finished + i * width, sums[i / registers][i % registers]);
        for (std::size_t row = 0; row < Rows; ++row)
            for (std::size_t i = 0; i < taps.outputs * Vectors; ++i)
                if (i % Vectors < taps.vectors)
                    finish(row, i / Vectors, i % Vectors, load(finished + (row * registers + i) * width));
    } else {
        ESPALIER_UNROLL
        for (std::size_t row = 0; row < Rows; ++row)
            unroll<registers>([&](auto i) ESPALIER_INLINE_LAMBDA {
                if constexpr (Clipped)
                    if (i / Vectors >= taps.outputs || i % Vectors >= taps.vectors) return;
                finish(row, i / Vectors, std::integral_constant<std::size_t, i % Vectors>{}, sums[row][i]);
            });
    }
}

/// Whether no tile of this width meets a border: what is clipped needs no code then.
template <const gather& Of>
constexpr bool all_whole(std::ptrdiff_t columns) {
    const gather_phase all(Of.x, 0);
    return Of.x.divisor == 1 && all.count % columns == 0 && Of.x.tap_source() > 0 && all.source >= 0 &&
           all.source + (all.count - 1) * Of.x.output_factor + (all.taps - 1) * Of.x.tap_source() < Of.x.sources;
}

/// All outputs of one block: bias[row] (or nothing) + Σ, each to epilogue(feature, vector, value). `vectors` of
/// its Vectors hold samples; where that is not all, all tiles are clipped: such blocks get no code of their own.
template <const gather& Of, std::size_t Vectors, bool Loop, class Scalar, class Bias, class Epilogue>
ESPALIER_PART void gather_block(const Scalar* weight, Bias bias, const Scalar* source, std::size_t vectors,
                                const Epilogue& epilogue) {
    constexpr std::ptrdiff_t lanes = as_signed(block_lanes<Scalar>);
    constexpr std::ptrdiff_t outputs = Of.y.outputs * Of.x.outputs;
    constexpr gather_tile tile = best_tile(Of.rows, std::size_t(gather_phase(Of.x, 0).count), Of.x);
    constexpr std::ptrdiff_t columns = as_signed(tile.columns);
    for (std::size_t group = 0; group < Of.groups; ++group)
        for (std::ptrdiff_t row_phase = 0; row_phase < Of.y.divisor; ++row_phase) {
            const gather_phase ys(Of.y, row_phase);
            for (std::ptrdiff_t y = 0; y < ys.count; ++y) {
                const std::ptrdiff_t source_row = ys.source + y * Of.y.output_factor;
                const tap_range rows(source_row, Of.y.tap_source(), ys.taps, Of.y.sources);
                for (std::ptrdiff_t column_phase = 0; column_phase < Of.x.divisor; ++column_phase) {
                    const gather_phase xs(Of.x, column_phase);
                    const std::ptrdiff_t reach = (xs.taps - 1) * Of.x.tap_source();
                    const Scalar* const first_weight = weight + group * Of.group_stride() + xs.tap +
                                                       (ys.tap + rows.first * Of.y.tap_step()) * Of.x.taps;
                    const Scalar* const first_source =
                        source +
                        ((as_signed(group * Of.sources) * Of.y.sources + source_row + rows.first * Of.y.tap_source()) *
                             Of.x.sources +
                         xs.source) *
                            lanes;
                    for (std::ptrdiff_t x = 0; x < xs.count; x += columns) {
                        const std::ptrdiff_t column = xs.source + x * Of.x.output_factor;
                        const tile_taps taps{rows.count, xs.taps, column, std::size_t(std::min(columns, xs.count - x)),
                                             vectors};
                        const bool whole =
                            vectors == Vectors && x + columns <= xs.count &&
                            column + std::min<std::ptrdiff_t>(reach, 0) >= 0 &&
                            column + (columns - 1) * Of.x.output_factor + std::max<std::ptrdiff_t>(reach, 0) <
                                Of.x.sources;
                        const std::ptrdiff_t pixel =
                            (ys.first + y * Of.y.divisor) * Of.x.outputs + xs.first + x * Of.x.divisor;
                        for_each_part<Of.rows, tile.rows>([&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
                            const std::size_t channel = group * Of.rows + first;
                            const auto run = [&](auto clipped) ESPALIER_PART_LAMBDA {
                                gather_outputs<Of, height, tile.columns, Vectors, clipped, Loop>(
                                    first_weight + first * Of.row_stride, first_source + x * Of.x.output_factor * lanes,
                                    taps,
                                    [&](std::size_t row) ESPALIER_PART_LAMBDA {
                                        if constexpr (std::is_same_v<Bias, no_bias>)
                                            return simd<Scalar>(Scalar{});
                                        else
                                            return simd<Scalar>(bias[channel + row]);
                                    },
                                    [&](std::size_t row, std::size_t i, auto vector, const simd<Scalar>& value)
                                        ESPALIER_PART_LAMBDA {
                                            epilogue((channel + row) * outputs + std::size_t(pixel) +
                                                         i * std::size_t(Of.x.divisor),
                                                     vector, value);
                                        });
                            };
                            if constexpr (all_whole<Of>(columns))
                                run(std::false_type{});
                            else if (whole)
                                run(std::false_type{});
                            else
                                run(std::true_type{});
                        });
                    }
                }
            }
        }
}

template <const gather& Of, class Scalar, class Bias, class Epilogue>
ESPALIER_PART void gather_batch(const Scalar* weight, Bias bias, const Scalar* source, std::size_t samples,
                                Epilogue& epilogue) {
    constexpr bool loop = calls_in_loop<Epilogue>;
    std::size_t block = 0;
    const auto finish = [&](std::size_t feature, auto vector, const simd<Scalar>& value)
                            ESPALIER_PART_LAMBDA { epilogue(block, feature, vector, value); };
    constexpr std::size_t block_size = Of.inputs() * block_lanes<Scalar>;
    constexpr auto columns = as_signed(best_tile(Of.rows, std::size_t(gather_phase(Of.x, 0).count), Of.x).columns);
    if constexpr (all_whole<Of>(columns)) {
        for (; block < vectors_for<Scalar>(samples) / 2; ++block)
            gather_block<Of, 2, loop>(weight, bias, source + block * block_size, 2, finish);
        if (block < blocks_for<Scalar>(samples))
            gather_block<Of, 1, loop>(weight, bias, source + block * block_size, 1, finish);
    } else {
        for (; block < blocks_for<Scalar>(samples); ++block)
            gather_block<Of, 2, loop>(weight, bias, source + block * block_size,
                                      std::min<std::size_t>(vectors_for<Scalar>(samples) - 2 * block, 2), finish);
    }
}

}  // namespace espalier::kernel::detail
