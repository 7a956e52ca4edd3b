// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <type_traits>

#include <espalier/kernel/dense.hpp>
#include <espalier/kernel/pack.hpp>
#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

namespace detail {

/// Height: the lanes of a register, or all outputs where they are fewer. Out: a constant, or a number in one function
/// for all layers that are wide enough for their loads to hide it.
template <std::size_t Height, class Scalar, class Count>
[[gnu::noinline]] ESPALIER_FLATTEN void sum_bias_gradient(Count out, const Scalar* delta, std::size_t rows,
                                                          Scalar* bias_gradient) {
    for_each_window_of<Height>(out, [&](std::size_t output) ESPALIER_PART_LAMBDA {
        simd_square<Scalar> sums;
        ESPALIER_UNROLL
        for (std::size_t row = 0; row < simd_width<Scalar>; ++row) sums.rows[row] = simd<Scalar>(Scalar{});
        for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector) {
            const Scalar* from = delta + vector_offset<Scalar>(out, vector) + output * block_lanes<Scalar>;
            ESPALIER_UNROLL
            for (std::size_t row = 0; row < Height; ++row) sums.rows[row] += load(from + row * block_lanes<Scalar>);
        }
        store_partial<Height>(bias_gradient + output, sum_lanes<Scalar>(sums));
    });
}

}  // namespace detail

/// bias_gradient[Out], overwritten, = the sum over the samples of δ; delta [block][Out][lanes], zero past `rows` in the
/// last vector; `rows` ≥ 1 samples.
template <class Scalar, std::size_t Out>
void dense_bias_gradient(const Scalar* delta, std::size_t rows, Scalar* bias_gradient) {
    constexpr std::size_t height = std::min(Out, simd_width<Scalar>);
    if constexpr (Out <= 32)
        detail::sum_bias_gradient<height>(std::integral_constant<std::size_t, Out>{}, delta, rows, bias_gradient);
    else
        detail::sum_bias_gradient<height>(Out, delta, rows, bias_gradient);
}

}  // namespace espalier::kernel
