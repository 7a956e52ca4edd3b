// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/simd.hpp>
#include <espalier/core/simd_lanes.hpp>
#include <espalier/loss/contract.hpp>
#include <espalier/run/epilogue.hpp>

namespace espalier::detail {

/// The mean loss over the rows; the epilogue takes ∇_{aᴺ}C register by register and makes δᴺ of it. Lanes past the
/// rows get a gradient of zero.
template <std::size_t Outputs, class Scalar, Loss Function, class Targets, class Epilogue>
Scalar loss_step(const Function& loss, const Scalar* output, const Targets& targets, std::size_t rows,
                 Epilogue& epilogue) {
    using vector = simd<Scalar>;
    constexpr std::size_t run = 64 * vector::size;  // summed in the scalar's own precision, then in double
    const vector mean(Scalar{1} / static_cast<Scalar>(rows));
    vector sum(Scalar{});
    double total = 0;
    for (std::size_t first = 0; first < rows; first += vector::size) {
        const std::size_t block = first / block_lanes<Scalar>;
        const std::size_t v = first % block_lanes<Scalar> / vector::size;
        const auto valid = lanes_before<Scalar>(rows - first);
        const losses::predictions<Scalar> prediction(output + register_offset<Scalar, Outputs>(block, 0, v));
        const auto target = targets.template lanes<Scalar, Outputs>(first, rows);
        const vector each = loss.template operator()<Outputs, Scalar>(
            prediction, target, [&](std::size_t feature, const vector& gradient) ESPALIER_INLINE_LAMBDA {
                epilogue(block, feature, v, xsimd::select(valid, gradient * mean, vector(Scalar{})));
            });
        sum += xsimd::select(valid, each, vector(Scalar{}));
        if ((first + vector::size) % run == 0) {
            total += static_cast<double>(xsimd::hadd(sum));
            sum = vector(Scalar{});
        }
    }
    return static_cast<Scalar>((total + static_cast<double>(xsimd::hadd(sum))) / static_cast<double>(rows));
}

/// Drops what a loss emits: where only its value is wanted.
struct no_epilogue {
    template <class... Arguments>
    ESPALIER_INLINE void operator()(const Arguments&...) const {}
};

}  // namespace espalier::detail
