// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/pack.hpp>
#include <espalier/kernel/tile.hpp>

/// ∇_W C = δ aᵀ, summed over the batch, in one of two ways. Outer products: vectors lie along the input features,
/// each sample adds its δ times its input, which must be row-major; a block of activations is transposed for that.
/// Dot products: vectors lie along the samples as in the blocks, and each sum ends in an addition of its lanes.
namespace espalier::kernel {

namespace detail {

template <class Scalar, std::size_t In, std::size_t Out>
struct outer_tile {
    static constexpr std::size_t width = simd_width<Scalar>;
    static constexpr std::size_t vectors = std::min<std::size_t>({Out < 4 ? 8u : Out < 8 ? 4u : 2u, In / width, 4});
    static constexpr std::size_t columns = vectors * width;
    static constexpr std::size_t height = tallest_tile(vectors);
    /// Samples whose panel stays in the first-level cache: whole blocks.
    static constexpr std::size_t samples =
        std::max<std::size_t>(near_cache / (columns * sizeof(Scalar) * block_lanes<Scalar>), 1) * block_lanes<Scalar>;
};

/// Outer products pay a transpose of every input, dot products an addition of lanes for every weight; measured in
/// shuffles, with 128 samples.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool outer_pays = In >= simd_width<Scalar> && Out * simd_width<Scalar> >= 192;

/// gradient[Out][In] = the sum over the rows of δ times panel rows; panel_of(first_column, first_row, count) gives
/// the panel of `count` rows from first_row on, with rows PanelStride apart.
template <class Scalar, std::size_t In, std::size_t Out, std::size_t PanelStride, class PanelOf>
ESPALIER_INLINE void sum_outer_products(const Scalar* delta, std::size_t rows, Scalar* gradient, PanelOf panel_of) {
    using shape = outer_tile<Scalar, In, Out>;
    using strip = operands<block_lanes<Scalar>, 1, PanelStride>;
    for_each_window<In, shape::columns>([&](std::size_t column) ESPALIER_INLINE_LAMBDA {
        for (std::size_t first_row = 0; first_row < rows; first_row += shape::samples) {
            const std::size_t end = std::min(first_row + shape::samples, rows);
            const Scalar* panel = panel_of(column, first_row, end - first_row);
            for_each_part<Out, shape::height>([&](auto height, std::size_t first) ESPALIER_INLINE_LAMBDA {
                Scalar* to = gradient + first * In + column;
                const auto for_each_sum = [&](auto f) ESPALIER_INLINE_LAMBDA {
                    unroll<height * shape::vectors>([&](auto i) ESPALIER_INLINE_LAMBDA {
                        f(i, to + i / shape::vectors * In + i % shape::vectors * shape::width);
                    });
                };
                tile<Scalar, height, shape::vectors> sums;
                sums.fill(simd<Scalar>(Scalar{}));
                if (first_row != 0)
                    for_each_sum([&](auto i, Scalar* sum) ESPALIER_INLINE_LAMBDA { sums[i] = load(sum); });
                for (std::size_t row = first_row; row < end; row += block_lanes<Scalar>)
                    multiply_add<strip, height, shape::vectors>(
                        sums, delta + row * Out + first * block_lanes<Scalar>, panel + (row - first_row) * PanelStride,
                        std::min(end - row, block_lanes<Scalar>));
                for_each_sum([&](auto i, Scalar* sum) ESPALIER_INLINE_LAMBDA { store(sum, sums[i]); });
            });
        }
    });
}

/// gradient[Out][In] = the sums over lanes and blocks of δ times the input, both [block][feature][lanes].
/// A tile has as many input features as a vector has lanes, so that its sums end in whole vectors; with fewer
/// features it has all of them and several outputs, whose weights are contiguous as well.
template <class Scalar, std::size_t In, std::size_t Out>
ESPALIER_INLINE void sum_dot_products(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* gradient) {
    constexpr std::size_t width = simd_width<Scalar>, lanes = block_lanes<Scalar>;
    constexpr std::size_t columns = std::min(In, width);
    constexpr std::size_t height =
        std::min(Out, In < width ? width / In : std::max<std::size_t>((simd_registers - 2) / (width + 1), 1));
    for_each_window<Out, height>([&](std::size_t output) ESPALIER_INLINE_LAMBDA {
        for_each_window<In, columns>([&](std::size_t feature) ESPALIER_INLINE_LAMBDA {
            constexpr std::size_t trees = (height * columns + width - 1) / width;
            std::array<simd<Scalar>, trees * width> sums;
            sums.fill(simd<Scalar>(Scalar{}));
            for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector) {
                const Scalar* d = delta + vector_offset<Scalar, Out>(vector) + output * lanes;
                const Scalar* a = input + vector_offset<Scalar, In>(vector) + feature * lanes;
                std::array<simd<Scalar>, height> shared;
                unroll<height>([&](auto row) ESPALIER_INLINE_LAMBDA {
                    shared[row] = load(d + row * lanes);
                    keep_in_register(shared[row]);
                });
                unroll<columns>([&](auto column) ESPALIER_INLINE_LAMBDA {
                    simd<Scalar> factor = load(a + column * lanes);
                    if constexpr (height > 1) keep_in_register(factor);
                    unroll<height>([&](auto row) ESPALIER_INLINE_LAMBDA {
                        auto& sum = sums[row * columns + column];
                        sum = xsimd::fma(shared[row], factor, sum);
                    });
                });
            }
            unroll<trees>([&](auto tree) ESPALIER_INLINE_LAMBDA {
                simd_square<Scalar> square;
                unroll<width>([&](auto i) ESPALIER_INLINE_LAMBDA { square[i] = sums[tree * width + i]; });
                store_partial<std::min(width, height * columns)>(gradient + (output + tree) * In + feature,
                                                                 sum_lanes<Scalar>(square));
            });
        });
    });
}

}  // namespace detail

/// Which memory the gradient of a first layer reads: true, the user's own row-major x
/// (dense_weight_gradient_from_rows); false, the packed input (dense_weight_gradient).
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool weight_gradient_reads_rows = In >= simd_width<Scalar> && Out >= 4;

/// Scalars of scratch that either form of the weight gradient needs for batches of at most max_rows.
template <class Scalar, std::size_t In, std::size_t Out>
constexpr std::size_t dense_weight_gradient_scratch(std::size_t max_rows) {
    if constexpr (In < simd_width<Scalar>) {
        return 0;
    } else {
        using shape = detail::outer_tile<Scalar, In, Out>;
        return shape::columns * std::min(shape::samples, vectors_for<Scalar>(max_rows) * simd_width<Scalar>);
    }
}

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
                        unroll<width>([&](auto k) ESPALIER_INLINE_LAMBDA {
                            square[k] = load(from + (column + i + k) * block_lanes<Scalar>);
                        });
                        transpose<Scalar>(square);
                        unroll<width>([&](auto k) ESPALIER_INLINE_LAMBDA {
                            store(scratch + (vector * width + k) * shape::columns + i, square[k]);
                        });
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
                unroll<shape::vectors>([&](auto v) ESPALIER_INLINE_LAMBDA {
                    constexpr std::size_t offset = v * shape::width;
                    store(scratch + row * shape::columns + offset,
                          load(x + (first_row + row) * In + column + offset));
                });
            return scratch;
        });
}

/// bias_gradient[Out], overwritten, = the sum over the samples of δ; delta as above.
template <class Scalar, std::size_t Out>
[[gnu::noinline]] void dense_bias_gradient(const Scalar* delta, std::size_t rows, Scalar* bias_gradient) {
    constexpr std::size_t height = std::min(Out, simd_width<Scalar>);
    for_each_window<Out, height>([&](std::size_t output) ESPALIER_INLINE_LAMBDA {
        simd_square<Scalar> sums;
        sums.fill(simd<Scalar>(Scalar{}));
        for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector) {
            const Scalar* from =
                delta + detail::vector_offset<Scalar, Out>(vector) + output * block_lanes<Scalar>;
            unroll<height>([&](auto row) ESPALIER_INLINE_LAMBDA { sums[row] += load(from + row * block_lanes<Scalar>); });
        }
        store_partial<height>(bias_gradient + output, sum_lanes<Scalar>(sums));
    });
}

}  // namespace espalier::kernel
