// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>

#include <espalier/core/simd.hpp>

namespace espalier {

/// Euclidean norm of the whole gradient, summed in double: for float it neither overflows nor underflows, and has the
/// same bits for every vector width. count is a multiple of 64 / sizeof(Scalar); the gaps between tensors are zero.
template <class Scalar>
double global_norm(const Scalar* gradient, std::size_t count) {
    using vector = simd<double>;
    constexpr std::size_t lanes = alignment / sizeof(Scalar);
    constexpr std::size_t vectors = lanes / vector::size;
    vector sums[vectors];
    for (vector& sum : sums) sum = vector(0.0);
    for (std::size_t i = 0; i < count; i += lanes) {
        unroll<vectors>([&](auto part) ESPALIER_INLINE_LAMBDA {
            const auto values = vector::load_unaligned(gradient + i + part * vector::size);
            sums[part] = multiply_add(values, values, sums[part]);
        });
    }
    double squares[lanes];
    for (std::size_t part = 0; part < vectors; ++part) store(squares + part * vector::size, sums[part]);
    double sum = 0;
    for (const double square : squares) sum += square;
    return std::sqrt(sum);
}

/// The factor, at most 1, that brings a gradient of this norm down to max_norm, as torch.nn.utils.clip_grad_norm_
/// computes it: goes into update::gradient_scale. NaN for a NaN norm, so that a broken gradient stays visible.
inline double clip_scale(double norm, double max_norm) {
    const double scale = max_norm / (norm + 1e-6);
    return scale > 1 ? 1 : scale;
}

}  // namespace espalier
