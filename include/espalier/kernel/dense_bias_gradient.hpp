// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <espalier/kernel/dense.hpp>
#include <espalier/kernel/pack.hpp>
#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

namespace detail {

/// Height: the lanes of a register, or all outputs where they are fewer. One function for all wider layers, since its
/// loads are all that there is to do.
template <std::size_t Height, class Scalar>
[[gnu::noinline]] ESPALIER_FLATTEN void sum_bias_gradient(std::size_t out, const Scalar* delta, std::size_t rows,
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
    detail::sum_bias_gradient<std::min(Out, simd_width<Scalar>)>(Out, delta, rows, bias_gradient);
}

}  // namespace espalier::kernel
