// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>

#include <espalier/kernel/pack.hpp>
#include <espalier/kernel/tile.hpp>

/// ∇_W C = δ aᵀ, summed over the batch, in one of two ways. Outer products: vectors lie along the input features,
/// each sample adds its δ times its input, which must be row-major; a block of activations is transposed for that.
/// Dot products: vectors lie along the samples as in the blocks, and each sum ends in an addition of its lanes.
namespace espalier::kernel {

namespace detail {

/// One tile of weights, gradient[Height] rows of Vectors vectors: adds (or, at first, starts with) the samples of a
/// panel, whose rows are PanelStride apart.
template <class Scalar, std::size_t In, std::size_t Out, std::size_t Height, std::size_t Vectors,
          std::size_t PanelStride>
ESPALIER_INLINE void add_outer_products(const Scalar* delta, const Scalar* panel, std::size_t rows, Scalar* gradient,
                                        bool starts) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    simd<Scalar> sums[Height][Vectors];
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Height * Vectors; ++i) sums[i / Vectors][i % Vectors] = simd<Scalar>(Scalar{});
    if (!starts) {
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < Height * Vectors; ++i)
            sums[i / Vectors][i % Vectors] = load(gradient + i / Vectors * In + i % Vectors * width);
    }
    for (std::size_t row = 0; row < rows; row += lanes)
        accumulate<operands<lanes, 1, PanelStride>>(sums, delta + row * Out, panel + row * PanelStride,
                                                    std::min(rows - row, lanes));
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Height * Vectors; ++i)
        store(gradient + i / Vectors * In + i % Vectors * width, sums[i / Vectors][i % Vectors]);
}

/// gradient[Out][In] = the sum over the rows of δ times panel rows; panel_of(first_column, first_row, count) gives
/// the panel of `count` rows from first_row on.
template <class Scalar, std::size_t In, std::size_t Out, std::size_t PanelStride, class PanelOf>
ESPALIER_INLINE void sum_outer_products(const Scalar* delta, std::size_t rows, Scalar* gradient,
                                        const PanelOf& panel_of) {
    using shape = outer_tile<Scalar, In, Out>;
    for_each_window<In, shape::columns>([&](std::size_t column) ESPALIER_INLINE_LAMBDA {
        for (std::size_t row = 0; row < rows; row += shape::samples) {
            const std::size_t count = std::min(shape::samples, rows - row);
            const Scalar* panel = panel_of(column, row, count);
            for_each_part<Out, shape::height>([&](auto height, std::size_t first) ESPALIER_INLINE_LAMBDA {
                add_outer_products<Scalar, In, Out, height, shape::vectors, PanelStride>(
                    delta + row * Out + first * block_lanes<Scalar>, panel, count, gradient + first * In + column,
                    row == 0);
            });
        }
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
ESPALIER_INLINE void sum_dot_products(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* gradient) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    constexpr std::size_t columns = std::min(In, width);
    constexpr std::size_t tallest =
        In < width ? width / In : std::max<std::size_t>((simd_registers - 2) / (width + 1), 1);
    constexpr std::size_t height = std::min(Out, tallest);
    for_each_window<Out, height>([&](std::size_t output) ESPALIER_INLINE_LAMBDA {
        for_each_window<In, columns>([&](std::size_t feature) ESPALIER_INLINE_LAMBDA {
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
[[gnu::noinline]] void dense_weight_gradient(const Scalar* delta, const Scalar* input, std::size_t rows,
                                             [[maybe_unused]] Scalar* scratch, Scalar* weight_gradient) {
    if constexpr (detail::outer_pays<Scalar, In, Out>) {
        using shape = detail::outer_tile<Scalar, In, Out>;
        constexpr std::size_t width = simd_width<Scalar>;
        detail::sum_outer_products<Scalar, In, Out, shape::columns>(
            delta, rows, weight_gradient,
            [&](std::size_t column, std::size_t first_row, std::size_t count) ESPALIER_INLINE_LAMBDA {
                for (std::size_t vector = 0; vector < vectors_for<Scalar>(count); ++vector) {
                    const Scalar* from = input + detail::vector_offset<Scalar, In>(first_row / width + vector);
                    for (std::size_t i = 0; i < shape::columns; i += width) {
                        simd_square<Scalar> square;
                        ESPALIER_UNROLL
                        for (std::size_t k = 0; k < width; ++k)
                            square.rows[k] = load(from + (column + i + k) * block_lanes<Scalar>);
                        transpose<Scalar>(square);
                        ESPALIER_UNROLL
                        for (std::size_t k = 0; k < width; ++k)
                            store(scratch + (vector * width + k) * shape::columns + i, square.rows[k]);
                    }
                }
                return scratch;
            });
    } else {
        detail::sum_dot_products<Scalar, In, Out>(delta, input, rows, weight_gradient);
    }
}

/// The same for a layer whose input is the user's row-major x [rows][In], at any alignment; nothing past it is read.
template <class Scalar, std::size_t In, std::size_t Out>
    requires weight_gradient_reads_rows<Scalar, In, Out>
[[gnu::noinline]] void dense_weight_gradient_from_rows(const Scalar* delta, const Scalar* x, std::size_t rows,
                                                       Scalar* scratch, Scalar* weight_gradient) {
    using shape = detail::outer_tile<Scalar, In, Out>;
    detail::sum_outer_products<Scalar, In, Out, shape::columns>(
        delta, rows, weight_gradient,
        [&](std::size_t column, std::size_t first_row, std::size_t count) ESPALIER_INLINE_LAMBDA {
            for (std::size_t row = 0; row < count; ++row)
                std::memcpy(scratch + row * shape::columns, x + (first_row + row) * In + column,
                            shape::columns * sizeof(Scalar));
            return scratch;
        });
}

/// bias_gradient[Out], overwritten, = the sum over the samples of δ; delta as above.
template <class Scalar, std::size_t Out>
[[gnu::noinline]] void dense_bias_gradient(const Scalar* delta, std::size_t rows, Scalar* bias_gradient) {
    constexpr std::size_t height = std::min(Out, simd_width<Scalar>);
    for_each_window<Out, height>([&](std::size_t output) ESPALIER_INLINE_LAMBDA {
        simd_square<Scalar> sums;
        ESPALIER_UNROLL
        for (std::size_t row = 0; row < simd_width<Scalar>; ++row) sums.rows[row] = simd<Scalar>(Scalar{});
        for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector) {
            const Scalar* from = delta + detail::vector_offset<Scalar, Out>(vector) + output * block_lanes<Scalar>;
            ESPALIER_UNROLL
            for (std::size_t row = 0; row < height; ++row) sums.rows[row] += load(from + row * block_lanes<Scalar>);
        }
        store_partial<height>(bias_gradient + output, sum_lanes<Scalar>(sums));
    });
}

}  // namespace espalier::kernel
