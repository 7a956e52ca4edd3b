// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include <espalier/expression/tape.hpp>

/// Constructors that simplify as they append: constants are folded, zeros and ones vanish, a product with a
/// choice becomes a choice of products (so that 0 · inf cannot arise in the branch not taken).
namespace espalier::expression {

constexpr index constant_of(tape& code, double value) {
    return code.append({.kind = operation::constant, .value = value});
}
constexpr index leaf_of(tape& code, operation kind, std::size_t number = 0) {
    return code.append({.kind = kind, .number = number});
}

constexpr index add(tape& code, index x, index y);
constexpr index multiply(tape& code, index x, index y);

constexpr index negate(tape& code, index x) {
    if (code.is_constant(x)) return constant_of(code, -code[x].value);
    if (code.is(x, operation::negate)) return code[x].first;
    return code.append({.kind = operation::negate, .first = x});
}

constexpr index subtract(tape& code, index x, index y) {
    if (code.is_constant(x) && code.is_constant(y)) return constant_of(code, code[x].value - code[y].value);
    if (code.is_constant(y, 0)) return x;
    if (code.is_constant(x, 0)) return negate(code, y);
    if (code.is(y, operation::negate)) return add(code, x, code[y].first);
    if (x == y) return constant_of(code, 0);
    return code.append({.kind = operation::subtract, .first = x, .second = y});
}

constexpr index add(tape& code, index x, index y) {
    if (code.is_constant(x) && code.is_constant(y)) return constant_of(code, code[x].value + code[y].value);
    if (code.is_constant(x) || (!code.is_constant(y) && y < x)) std::swap(x, y);  // one order, constants last
    if (code.is_constant(y, 0)) return x;
    if (code.is(y, operation::negate)) return subtract(code, x, code[y].first);
    if (code.is(x, operation::negate)) return subtract(code, y, code[x].first);
    return code.append({.kind = operation::add, .first = x, .second = y});
}

constexpr index select(tape& code, index condition, index then, index otherwise) {
    if (then == otherwise) return then;
    return code.append({.kind = operation::select, .first = condition, .second = then, .third = otherwise});
}

/// A choice with a constant in a branch costs nothing more when a factor is drawn into it.
constexpr bool is_constant_choice(const tape& code, index x) {
    return code.is(x, operation::select) && (code.is_constant(code[x].second) || code.is_constant(code[x].third));
}

constexpr index multiply(tape& code, index x, index y) {
    if (code.is_constant(x) && code.is_constant(y)) return constant_of(code, code[x].value * code[y].value);
    if (code.is_constant(x) || (!code.is_constant(y) && y < x)) std::swap(x, y);
    if (code.is_constant(y, 0)) return y;
    if (code.is_constant(y, 1)) return x;
    if (code.is_constant(y, -1)) return negate(code, x);
    if (code.is_constant(y) && code.is(x, operation::multiply) && code.is_constant(code[x].second))
        return multiply(code, code[x].first, constant_of(code, code[code[x].second].value * code[y].value));
    if (is_constant_choice(code, y) && !is_constant_choice(code, x)) std::swap(x, y);
    if (is_constant_choice(code, x)) {
        const instruction choice = code[x];
        const index then = multiply(code, choice.second, y);
        return select(code, choice.first, then, multiply(code, choice.third, y));
    }
    if (code.is(x, operation::negate)) return negate(code, multiply(code, code[x].first, y));
    if (code.is(y, operation::negate)) return negate(code, multiply(code, x, code[y].first));
    return code.append({.kind = operation::multiply, .first = x, .second = y});
}

constexpr index divide(tape& code, index x, index y) {
    if (code.is_constant(x) && code.is_constant(y) && code[y].value != 0)
        return constant_of(code, code[x].value / code[y].value);
    if (code.is_constant(x, 0) || code.is_constant(y, 1)) return x;
    if (code.is_constant(y) && code[y].value != 0) return multiply(code, x, constant_of(code, 1 / code[y].value));
    return code.append({.kind = operation::divide, .first = x, .second = y});
}

constexpr index greater(tape& code, index x, index y) {
    // a positive factor does not change which side of zero x is on
    if (code.is_constant(y, 0) && code.is(x, operation::multiply) && code.is_constant(code[x].second) &&
        code[code[x].second].value > 0)
        return greater(code, code[x].first, y);
    return code.append({.kind = operation::greater, .first = x, .second = y});
}

/// Any operation, by its kind.
constexpr index apply(tape& code, operation kind, index first, index second = nothing, index third = nothing) {
    switch (kind) {
        case operation::add:
            return add(code, first, second);
        case operation::subtract:
            return subtract(code, first, second);
        case operation::multiply:
            return multiply(code, first, second);
        case operation::divide:
            return divide(code, first, second);
        case operation::negate:
            return negate(code, first);
        case operation::greater:
            return greater(code, first, second);
        case operation::minimum:
        case operation::maximum:
            if (code.is_constant(first)) std::swap(first, second);
            return code.append({.kind = kind, .first = first, .second = second});
        case operation::select:
            return select(code, first, second, third);
        default:
            return code.append({.kind = kind, .first = first, .second = second, .third = third});
    }
}

}  // namespace espalier::expression
