// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/refuse.hpp>
#include <espalier/expression/simplify.hpp>

namespace espalier::expression {

/// d(code[root]) / d(code[by]), appended to the tape by the chain rule and simplified; returns its index.
/// At a kink (relu at 0, a bound of a minimum) the derivative is that of the branch which the condition takes,
/// which agrees with PyTorch.
constexpr index differentiate(tape& code, index root, index by) {
    index derivative[tape::capacity] = {};
    const index zero = constant_of(code, 0);
    const index one = constant_of(code, 1);
    for (index i = 0; i <= root; ++i) {
        const instruction at = code[i];
        if (is_leaf(at.kind)) {
            derivative[i] = i == by ? one : zero;
            continue;
        }
        const index u = at.first;
        const index v = at.second;
        const index du = derivative[u];
        const index dv = v == nothing ? zero : derivative[v];
        const auto times_du = [&](index factor) { return multiply(code, factor, du); };
        switch (at.kind) {
            case operation::add:
                derivative[i] = add(code, du, dv);
                break;
            case operation::subtract:
                derivative[i] = subtract(code, du, dv);
                break;
            case operation::multiply:
                derivative[i] = add(code, multiply(code, du, v), multiply(code, u, dv));
                break;
            case operation::divide:  // (u/v)′ = (u′ − (u/v) v′) / v
                derivative[i] = divide(code, subtract(code, du, multiply(code, i, dv)), v);
                break;
            case operation::negate:
                derivative[i] = negate(code, du);
                break;
            case operation::minimum:
                derivative[i] = select(code, greater(code, v, u), du, dv);
                break;
            case operation::maximum:
                derivative[i] = select(code, greater(code, u, v), du, dv);
                break;
            case operation::greater:
            case operation::at_least:
                derivative[i] = zero;
                break;
            case operation::select:
                derivative[i] = select(code, u, dv, derivative[at.third]);
                break;
            case operation::abs: {
                const index negative = select(code, greater(code, zero, u), constant_of(code, -1), zero);
                derivative[i] = times_du(select(code, greater(code, u, zero), one, negative));
                break;
            }
            case operation::sqrt:
                derivative[i] = times_du(divide(code, constant_of(code, 0.5), i));
                break;
            case operation::exp:
                derivative[i] = times_du(i);
                break;
            case operation::expm1:
                derivative[i] = times_du(add(code, i, one));
                break;
            case operation::log:
                derivative[i] = times_du(divide(code, one, u));
                break;
            case operation::log1p:
                derivative[i] = times_du(divide(code, one, add(code, u, one)));
                break;
            case operation::tanh:
                derivative[i] = times_du(subtract(code, one, multiply(code, i, i)));
                break;
            case operation::sigmoid:
                derivative[i] = times_du(multiply(code, i, subtract(code, one, i)));
                break;
            case operation::softplus:
                derivative[i] = times_du(apply(code, operation::sigmoid, u));
                break;
            case operation::erf: {  // 2/√π exp(−u²)
                const index bell = apply(code, operation::exp, negate(code, multiply(code, u, u)));
                derivative[i] = times_du(multiply(code, bell, constant_of(code, 1.1283791670955125739)));
                break;
            }
            case operation::sin:
                derivative[i] = times_du(apply(code, operation::cos, u));
                break;
            case operation::cos:
                derivative[i] = times_du(negate(code, apply(code, operation::sin, u)));
                break;
            default:
                refuse_constant("differentiate meets an operation without a rule");
        }
    }
    return derivative[root];
}

}  // namespace espalier::expression
