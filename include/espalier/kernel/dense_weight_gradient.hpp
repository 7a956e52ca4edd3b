// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <espalier/core/simd_lanes.hpp>
#include <espalier/kernel/dense.hpp>
#include <espalier/kernel/pack.hpp>
#include <espalier/kernel/tile.hpp>

/// ∇_W C = δ aᵀ, summed over the batch, in one of two ways. Outer products: vectors lie along the input features,
/// each sample adds its δ times its input, which must be row-major; a block of activations is transposed for that.
/// Dot products: vectors lie along the samples as in the blocks, and each sum ends in an addition of its lanes.
namespace espalier::kernel {

namespace detail {

/// The factors of a step by columns, for one panel of samples: W is scaled by `kept` once, and in the first `done`
/// columns nothing changes.
template <class Scalar, std::size_t Vectors>
ESPALIER_INLINE void spread(const descent<Scalar>& step, bool starts, std::size_t done, simd<Scalar> (&rate)[Vectors],
                            simd<Scalar> (&kept)[Vectors]) {
    constexpr std::size_t width = simd_width<Scalar>;
    ESPALIER_UNROLL
    for (std::size_t v = 0; v < Vectors; ++v) {
        rate[v] = simd<Scalar>(step.rate);
        kept[v] = simd<Scalar>(starts ? step.kept : Scalar{1});
        if (done > v * width) {
            const auto moved = lanes_before<Scalar>(done - v * width);
            rate[v] = xsimd::select(moved, simd<Scalar>(Scalar{0}), rate[v]);
            kept[v] = xsimd::select(moved, simd<Scalar>(Scalar{1}), kept[v]);
        }
    }
}

/// One tile of weights, target[Height] rows of Vectors vectors: adds (or, at first, starts with) the samples of a
/// panel. Or the weights take their step, those to the left of `done` columns not:
/// the window before has moved them.
template <std::size_t Height, std::size_t Vectors, class Scalar>
ESPALIER_INLINE void add_outer_products(std::size_t in, std::size_t out, const Scalar* delta, const Scalar* panel,
                                        std::size_t rows, Scalar* target, bool starts, const descent<Scalar>& step,
                                        std::size_t done) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>, panel_stride = Vectors * width;
    if (in * out * sizeof(Scalar) > near_cache) {
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < Height * Vectors; ++i)
            __builtin_prefetch(target + i / Vectors * in + i % Vectors * width, 1);
    }
    simd<Scalar> sums[Height][Vectors];
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Height * Vectors; ++i) sums[i / Vectors][i % Vectors] = simd<Scalar>(Scalar{});
    if (!starts && !step.moves) {
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < Height * Vectors; ++i)
            sums[i / Vectors][i % Vectors] = load(target + i / Vectors * in + i % Vectors * width);
    }
    for (std::size_t row = 0; row < rows; row += lanes)
        accumulate<operands<lanes, 1, panel_stride>>(sums, delta + row * out, panel + row * panel_stride,
                                                     std::min(rows - row, lanes));
    if (step.moves) {
        simd<Scalar> rate[Vectors], kept[Vectors];
        spread(step, starts, done, rate, kept);
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < Height * Vectors; ++i) {
            Scalar* const weight = target + i / Vectors * in + i % Vectors * width;
            const std::size_t v = i % Vectors;
            store(weight, multiply_add(rate[v], sums[i / Vectors][v], kept[v] * load(weight)));
        }
        return;
    }
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Height * Vectors; ++i)
        store(target + i / Vectors * in + i % Vectors * width, sums[i / Vectors][i % Vectors]);
}

/// Vectors vectors of columns of target[Out][In] = the sum over the rows of δ times panel rows, or moves by it;
/// panel_of(vectors, first_column, first_row, count) gives the panel of `count` rows from first_row on.
template <class Scalar, std::size_t In, std::size_t Out, std::size_t Vectors, class PanelOf>
ESPALIER_PART void sum_columns(const Scalar* delta, std::size_t rows, Scalar* target, const descent<Scalar>& step,
                               std::size_t column, std::size_t done, const PanelOf& panel_of) {
    constexpr std::size_t samples = outer_tile<Scalar, In, Out>::samples;
    for (std::size_t row = 0; row < rows; row += samples) {
        const std::size_t count = std::min(samples, rows - row);
        const Scalar* panel = panel_of(std::integral_constant<std::size_t, Vectors>{}, column, row, count);
        for_each_part<Out, tallest_tile(Vectors)>([&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
            add_outer_products<height, Vectors>(In, Out, delta + row * Out + first * block_lanes<Scalar>, panel, count,
                                                target + first * In + column, row == 0, step, done);
        });
    }
}

/// The panel of `count` rows from first_row on, of Vectors vectors of columns of input [block][in][lanes].
template <std::size_t Vectors, class Scalar>
ESPALIER_INLINE void transpose_columns(std::size_t in, const Scalar* input, std::size_t column, std::size_t first_row,
                                       std::size_t count, Scalar* panel) {
    constexpr std::size_t width = simd_width<Scalar>;
    for (std::size_t vector = 0; vector < vectors_for<Scalar>(count); ++vector) {
        const Scalar* from = input + vector_offset<Scalar>(in, first_row / width + vector);
        for (std::size_t i = 0; i < Vectors * width; i += width) {
            simd_square<Scalar> square;
            ESPALIER_UNROLL
            for (std::size_t k = 0; k < width; ++k)
                square.rows[k] = load(from + (column + i + k) * block_lanes<Scalar>);
            transpose<Scalar>(square);
            ESPALIER_UNROLL
            for (std::size_t k = 0; k < width; ++k)
                store(panel + (vector * width + k) * (Vectors * width) + i, square.rows[k]);
        }
    }
}

/// All columns but the last ones that last_columns leaves to dot products. A window that ends with the row computes
/// some columns a second time.
template <class Scalar, std::size_t In, std::size_t Out, class PanelOf>
ESPALIER_PART void sum_outer_products(const Scalar* delta, std::size_t rows, Scalar* target,
                                      const descent<Scalar>& step, const PanelOf& panel_of) {
    using shape = outer_tile<Scalar, In, Out>;
    constexpr std::size_t width = simd_width<Scalar>, rest = In % shape::columns;
    constexpr bool narrow = last_columns<Scalar, In, Out> == 0 && 0 < rest && rest <= width && shape::vectors > 1;
    constexpr std::size_t wide = narrow ? In - rest : In - last_columns<Scalar, In, Out>;
    std::size_t finished = 0;
    for_each_window<wide, shape::columns>([&](std::size_t column) ESPALIER_PART_LAMBDA {
        sum_columns<Scalar, In, Out, shape::vectors>(delta, rows, target, step, column, finished - column, panel_of);
        finished = column + shape::columns;
    });
    if constexpr (narrow)
        sum_columns<Scalar, In, Out, 1>(delta, rows, target, step, In - width, width - rest, panel_of);
}

/// Height outputs' weights in the last Columns columns as dot products along the samples; input
/// [block][stride][lanes].
template <std::size_t Height, std::size_t Columns, class Scalar>
ESPALIER_INLINE void sum_last_tile(std::size_t in, std::size_t out, std::size_t stride, const Scalar* delta,
                                   const Scalar* input, std::size_t rows, Scalar* target, bool starts,
                                   const descent<Scalar>& step) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>, count = Height * Columns;
    simd_square<Scalar> sums;
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < width; ++i) sums.rows[i] = simd<Scalar>(Scalar{});
    for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector) {
        const Scalar* d = delta + vector_offset<Scalar>(out, vector);
        const Scalar* a = input + vector_offset<Scalar>(stride, vector);
        simd<Scalar> shared[Columns];
        ESPALIER_UNROLL
        for (std::size_t column = 0; column < Columns; ++column) {
            simd<Scalar> factor = load(a + column * lanes);
            keep_in_register(factor);
            shared[column] = factor;
        }
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < count; ++i)
            sums.rows[i] = multiply_add(load(d + i / Columns * lanes), shared[i % Columns], sums.rows[i]);
    }
    simd<Scalar> found = sum_lanes<Scalar>(sums);
    if (step.moves || !starts) {
        const simd<Scalar> before = fill_lanes<Scalar>([&](auto i) ESPALIER_INLINE_LAMBDA {
            return i < count ? target[i / Columns * in + i % Columns] : Scalar{};
        });
        found = step.moves ? multiply_add(simd<Scalar>(step.rate), found,
                                          simd<Scalar>(starts ? step.kept : Scalar{1}) * before)
                           : before + found;
    }
    // Single columns have no vector form: rows lie apart, and AVX2 cannot scatter.
    alignas(alignment) Scalar parts[width];
    store(parts, found);
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Height; ++row)
        std::memcpy(target + row * in, parts + row * Columns, Columns * sizeof(Scalar));
}

template <class Scalar, std::size_t In, std::size_t Out, std::size_t Columns, std::size_t Stride>
ESPALIER_PART void sum_last_columns(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* target,
                                    bool starts, const descent<Scalar>& step) {
    for_each_part<Out, simd_width<Scalar> / Columns>([&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
        sum_last_tile<height, Columns>(In, Out, Stride, delta + first * block_lanes<Scalar>, input, rows,
                                       target + first * In, starts, step);
    });
}

/// Height x Columns weights as sums over lanes and vectors of δ times the input, both [block][feature][lanes]. They
/// are contiguous in rows of whole vectors, or altogether where Columns are all the features and fewer than lanes.
template <class Scalar, std::size_t In, std::size_t Out, std::size_t Height, std::size_t Columns>
ESPALIER_INLINE void sum_dot_tile(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* gradient) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    constexpr std::size_t squares = (Height * Columns + width - 1) / width;
    simd_square<Scalar> sums[squares];
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < squares * width; ++i) sums[i / width].rows[i % width] = simd<Scalar>(Scalar{});
    for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector) {
        const Scalar* d = delta + vector_offset<Scalar, Out>(vector);
        const Scalar* a = input + vector_offset<Scalar, In>(vector);
        simd<Scalar> shared[Height];
        ESPALIER_UNROLL
        for (std::size_t row = 0; row < Height; ++row) {
            simd<Scalar> factor = load(d + row * lanes);
            keep_in_register(factor);
            shared[row] = factor;
        }
        ESPALIER_UNROLL
        for (std::size_t column = 0; column < Columns; ++column) {
            simd<Scalar> factor = load(a + column * lanes);
            if constexpr (Height > 1) keep_in_register(factor);
            ESPALIER_UNROLL
            for (std::size_t row = 0; row < Height; ++row) {
                const std::size_t i = row * Columns + column;
                simd<Scalar>& sum = sums[i / width].rows[i % width];
                sum = multiply_add(shared[row], factor, sum);
            }
        }
    }
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < squares; ++i)
        store_partial<std::min(width, Height * Columns)>(gradient + i * In, sum_lanes<Scalar>(sums[i]));
}

/// gradient[Out][In] by dot products: a tile has as many input features as a vector has lanes, or all of them.
template <class Scalar, std::size_t In, std::size_t Out>
ESPALIER_PART void sum_dot_products(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* gradient) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    constexpr std::size_t columns = std::min(In, width);
    constexpr std::size_t tallest =
        In < width ? width / In : std::max<std::size_t>((simd_registers - 2) / (width + 1), 1);
    constexpr std::size_t height = std::min(Out, tallest);
    for_each_window<Out, height>([&](std::size_t output) ESPALIER_PART_LAMBDA {
        for_each_window<In, columns>([&](std::size_t feature) ESPALIER_PART_LAMBDA {
            sum_dot_tile<Scalar, In, Out, height, columns>(delta + output * lanes, input + feature * lanes, rows,
                                                           gradient + output * In + feature);
        });
    });
}

}  // namespace detail

/// weight_gradient[Out][In], overwritten, = the sum over the samples of δ aᵀ.
///
/// delta [block][Out][lanes], zero past `rows` in the last vector; input [block][In][lanes]; `rows` ≥ 1 samples.
template <class Scalar, std::size_t In, std::size_t Out>
[[gnu::noinline]] ESPALIER_FLATTEN void dense_weight_gradient(const Scalar* delta, const Scalar* input,
                                                              std::size_t rows, [[maybe_unused]] Scalar* scratch,
                                                              Scalar* weight_gradient) {
    if constexpr (detail::outer_pays<Scalar, In, Out>) {
        constexpr std::size_t last = detail::last_columns<Scalar, In, Out>;
        const descent<Scalar> stores{};
        detail::sum_outer_products<Scalar, In, Out>(
            delta, rows, weight_gradient, stores,
            [&](auto vectors, std::size_t column, std::size_t first_row, std::size_t count) ESPALIER_PART_LAMBDA {
                detail::transpose_columns<vectors>(In, input, column, first_row, count, scratch);
                return scratch;
            });
        if constexpr (last > 0)
            detail::sum_last_columns<Scalar, In, Out, last, In>(delta, input + (In - last) * block_lanes<Scalar>, rows,
                                                                weight_gradient + In - last, true, stores);
    } else {
        detail::sum_dot_products<Scalar, In, Out>(delta, input, rows, weight_gradient);
    }
}

/// The same for a layer whose input is the user's row-major x [rows][In], at any alignment; nothing past it is read.
/// A step that moves takes the weights in place of weight_gradient.
template <class Scalar, std::size_t In, std::size_t Out>
    requires weight_gradient_reads_rows<Scalar, In, Out>
[[gnu::noinline]] ESPALIER_FLATTEN void dense_weight_gradient_from_rows(const Scalar* delta, const Scalar* x,
                                                                        std::size_t rows, Scalar* scratch,
                                                                        Scalar* weight_gradient,
                                                                        const descent<Scalar>& step) {
    constexpr std::size_t width = simd_width<Scalar>, last = detail::last_columns<Scalar, In, Out>;
    detail::sum_outer_products<Scalar, In, Out>(
        delta, rows, weight_gradient, step,
        [&](auto vectors, std::size_t column, std::size_t first_row, std::size_t count) ESPALIER_PART_LAMBDA {
            constexpr std::size_t columns = vectors * width;
            for (std::size_t row = 0; row < count; ++row)
                std::memcpy(scratch + row * columns, x + (first_row + row) * In + column, columns * sizeof(Scalar));
            return scratch;
        });
    if constexpr (last > 0) {
        constexpr std::size_t samples = detail::outer_tile<Scalar, In, Out>::samples;
        for (std::size_t first = 0; first < rows; first += samples) {
            const std::size_t count = std::min(samples, rows - first);
            const Scalar* const from = x + first * In + In - last;
            for (std::size_t vector = 0; vector < vectors_for<Scalar>(count); ++vector) {
                const std::size_t row = vector * width;
                ESPALIER_UNROLL
                for (std::size_t i = 0; i < last; ++i)
                    store(scratch + detail::vector_offset<Scalar>(last, vector) + i * block_lanes<Scalar>,
                          gather_rows<In>(from + row * In + i, count - row));
            }
            detail::sum_last_columns<Scalar, In, Out, last, last>(delta + first * Out, scratch, count,
                                                                  weight_gradient + In - last, first == 0, step);
        }
    }
}

}  // namespace espalier::kernel
