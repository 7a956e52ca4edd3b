// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <espalier/core/simd.hpp>
#include <espalier/expression/elementary.hpp>
#include <espalier/expression/program.hpp>

namespace espalier::expression {

namespace detail {

/// One instruction that yields a number, of operands that have been evaluated.
template <operation Kind, class Scalar>
ESPALIER_INLINE simd<Scalar> compute(const simd<Scalar>& x, const simd<Scalar>& y) {
    using enum operation;
    if constexpr (Kind == add) return x + y;
    if constexpr (Kind == subtract) return x - y;
    if constexpr (Kind == multiply) return x * y;
    if constexpr (Kind == operation::divide) return elementary::divide(x, y);
    if constexpr (Kind == negate) return -x;
    // a constant stands second on the tape; first, it makes these one instruction that keeps NaN
    if constexpr (Kind == minimum) return elementary::minimum(y, x);
    if constexpr (Kind == maximum) return elementary::maximum(y, x);
    if constexpr (Kind == operation::abs) return elementary::abs(x);
    if constexpr (Kind == operation::sqrt) return elementary::sqrt(x);
    if constexpr (Kind == operation::exp) return elementary::exp(x);
    if constexpr (Kind == operation::expm1) return elementary::expm1(x);
    if constexpr (Kind == operation::log) return elementary::log(x);
    if constexpr (Kind == operation::log1p) return elementary::log1p(x);
    if constexpr (Kind == operation::tanh) return elementary::tanh(x);
    if constexpr (Kind == operation::sigmoid) return elementary::sigmoid(x);
    if constexpr (Kind == operation::softplus) return elementary::softplus(x);
    if constexpr (Kind == operation::erf) return elementary::erf(x);
    if constexpr (Kind == operation::sin) return elementary::sin(x);
    if constexpr (Kind == operation::cos) return elementary::cos(x);
}

}  // namespace detail

/// Runs a program on one register of samples. `leaves.template read<Kind, Number>()` gives a leaf's value:
/// simd<Scalar>, and for a coin a mask. Returns the program's results in their order.
template <const program& Code, class Scalar, class Leaves>
ESPALIER_INLINE std::array<simd<Scalar>, Code.result_count> evaluate(const Leaves& leaves) {
    using value = simd<Scalar>;
    using mask = typename value::batch_bool_type;
    std::array<value, Code.size + 1> values;
    std::array<mask, Code.size + 1> masks;
    unroll<Code.size>([&](auto i) ESPALIER_INLINE_LAMBDA {
        constexpr instruction at = Code.code[i];
        if constexpr (at.kind == operation::constant)
            values[i] = value(static_cast<Scalar>(at.value));
        else if constexpr (at.kind == operation::keep)
            masks[i] = leaves.template read<at.kind, at.number>();
        else if constexpr (is_leaf(at.kind))
            values[i] = leaves.template read<at.kind, at.number>();
        else if constexpr (at.kind == operation::greater)
            masks[i] = values[at.first] > values[at.second];
        else if constexpr (at.kind == operation::at_least)
            masks[i] = values[at.first] >= values[at.second];
        else if constexpr (at.kind == operation::select)
            values[i] = xsimd::select(masks[at.first], values[at.second], values[at.third]);
        else if constexpr (at.second == nothing)
            values[i] = detail::compute<at.kind, Scalar>(values[at.first], values[at.first]);
        else
            values[i] = detail::compute<at.kind, Scalar>(values[at.first], values[at.second]);
    });
    std::array<value, Code.result_count> results;
    unroll<Code.result_count>([&](auto k) ESPALIER_INLINE_LAMBDA { results[k] = values[Code.results[k]]; });
    return results;
}

}  // namespace espalier::expression
