// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/simplify.hpp>

/// Rewrites a derivative in terms of the function's output a = f(z): tanh′ = 1 − a², sigmoid′ = a (1 − a),
/// relu′ = (a > 0), elu′ = (a > 0 ? 1 : a + α), dropout's by the kept output. It inverts f from the output
/// inwards, as far as f can be inverted at no cost, and reasons about signs to recover conditions on z. A sum u + c is
/// not inverted: a − c has lost the digits of u that a had no room for.
namespace espalier::expression {

namespace detail {

/// What is known of a node's value: a set of signs.
enum sign_set : unsigned { no_sign = 0, negative = 1, zero = 2, positive = 4, any_sign = 7 };

constexpr unsigned flip(unsigned signs) {
    return (signs & zero) | ((signs & negative) ? positive : 0u) | ((signs & positive) ? negative : 0u);
}
constexpr unsigned sum_signs(unsigned x, unsigned y) {
    if (x == no_sign || y == no_sign) return no_sign;
    if (x == zero) return y;
    if (y == zero) return x;
    if (!((x | y) & negative)) return (x == positive || y == positive) ? unsigned{positive} : unsigned{positive | zero};
    if (!((x | y) & positive)) return (x == negative || y == negative) ? unsigned{negative} : unsigned{negative | zero};
    return any_sign;
}
constexpr unsigned product_signs(unsigned x, unsigned y) {
    unsigned signs = no_sign;
    if ((x | y) & zero) signs |= zero;
    if (((x & positive) && (y & positive)) || ((x & negative) && (y & negative))) signs |= positive;
    if (((x & positive) && (y & negative)) || ((x & negative) && (y & positive))) signs |= negative;
    return signs;
}

/// The signs that node i can have, given those of node `assumed`.
constexpr unsigned signs_of(const tape& code, index i, index assumed, unsigned assumption) {
    if (i == assumed) return assumption;
    const instruction at = code[i];
    const auto of = [&](index j) { return signs_of(code, j, assumed, assumption); };
    switch (at.kind) {
        case operation::constant:
            return at.value > 0 ? positive : at.value < 0 ? negative : zero;
        case operation::add:
            return sum_signs(of(at.first), of(at.second));
        case operation::subtract:
            return sum_signs(of(at.first), flip(of(at.second)));
        case operation::multiply:
        case operation::divide:
            return product_signs(of(at.first), of(at.second));
        case operation::negate:
            return flip(of(at.first));
        case operation::select:
            return of(at.second) | of(at.third);
        case operation::exp:
        case operation::sigmoid:
        case operation::softplus:
            return positive;
        case operation::expm1:
        case operation::tanh:
        case operation::erf:
            return of(at.first);
        case operation::abs:
        case operation::sqrt:
            return positive | zero;
        default:
            return any_sign;
    }
}

class output_form {
public:
    constexpr output_form(tape& code, index root) : code_(code) { learn(root, leaf_of(code, operation::output)); }

    /// The node in terms of the output, or `nothing`.
    constexpr index express(index i) {
        for (std::size_t k = 0; k < known_count_; ++k)
            if (known_[k].node == i) return known_[k].in_output;
        const instruction at = code_[i];
        if (at.kind == operation::variable) return nothing;
        if (is_leaf(at.kind)) return i;
        if (at.kind == operation::greater) return express_greater(at.first, at.second);
        if (at.kind == operation::select) return express_select(at);
        const index first = express(at.first);
        const index second = at.second == nothing ? nothing : express(at.second);
        if (first == nothing || (at.second != nothing && second == nothing)) return nothing;
        return apply(code_, at.kind, first, second);
    }

private:
    struct fact {
        index node;       // a node of f
        index in_output;  // the same value, computed from a
    };

    /// Notes a fact, and what follows by inverting the node.
    constexpr void learn(index i, index value) {
        if (known_count_ == capacity) return;
        known_[known_count_++] = {i, value};
        const instruction at = code_[i];
        const bool second_constant = at.second != nothing && code_.is_constant(at.second);
        switch (at.kind) {
            case operation::multiply:
                if (second_constant && code_[at.second].value != 0) learn(at.first, divide(code_, value, at.second));
                break;
            case operation::negate:
                learn(at.first, negate(code_, value));
                break;
            case operation::sqrt:
                learn(at.first, multiply(code_, value, value));
                break;
            case operation::softplus:  // σ(z) = 1 − exp(−softplus(z))
                learn(code_.append({.kind = operation::sigmoid, .first = at.first}),
                      negate(code_, apply(code_, operation::expm1, negate(code_, value))));
                break;
            default:
                break;
        }
    }

    /// x > y, where y is a constant and f tells on which side of it x lies.
    constexpr index express_greater(index x, index y) {
        const index direct_x = express(x);
        const index direct_y = express(y);
        if (direct_x != nothing && direct_y != nothing) return greater(code_, direct_x, direct_y);
        for (std::size_t k = 0; k < known_count_; ++k) {
            const instruction at = code_[known_[k].node];
            const index value = known_[k].in_output;
            if (code_.is_constant(y)) {
                const double bound = code_[y].value;
                // max(x, c) > y is x > y for y ≥ c
                if (at.kind == operation::maximum && at.first == x && code_.is_constant(at.second) &&
                    bound >= code_[at.second].value)
                    return greater(code_, value, y);
                if (bound == 0 && positive_iff(known_[k].node, x)) return greater(code_, value, y);
            }
            // y > min(x, c) is y > x for y ≤ c: seen here as `constant > x`
            if (code_.is_constant(x) && at.kind == operation::minimum && at.first == y &&
                code_.is_constant(at.second) && code_[x].value <= code_[at.second].value)
                return greater(code_, x, value);
        }
        return nothing;
    }

    /// Whether node i is positive exactly where x is.
    constexpr bool positive_iff(index i, index x) const {
        if (i == x) return true;
        const instruction at = code_[i];
        switch (at.kind) {
            case operation::tanh:
            case operation::expm1:
            case operation::erf:
                return positive_iff(at.first, x);
            case operation::maximum:
                return code_.is_constant(at.second, 0) && positive_iff(at.first, x);
            case operation::multiply:
                return code_.is_constant(at.second) && code_[at.second].value > 0 && positive_iff(at.first, x);
            case operation::select: {
                const instruction condition = code_[at.first];
                return condition.kind == operation::greater && code_.is_constant(condition.second, 0) &&
                       positive_iff(condition.first, x) &&
                       signs_of(code_, at.second, condition.first, positive) == positive &&
                       !(signs_of(code_, at.third, condition.first, negative | zero) & positive);
            }
            default:
                return false;
        }
    }

    /// Inside a branch, the output is that branch's value.
    constexpr index express_select(const instruction& choice) {
        const index condition = express(choice.first);
        if (condition == nothing) return nothing;
        const std::size_t before = known_count_;
        learn_branches(choice.first, true);
        const index then = express(choice.second);
        known_count_ = before;
        learn_branches(choice.first, false);
        const index otherwise = express(choice.third);
        known_count_ = before;
        if (then == nothing || otherwise == nothing) return nothing;
        return select(code_, condition, then, otherwise);
    }

    constexpr void learn_branches(index condition, bool holds) {
        const std::size_t before = known_count_;
        for (std::size_t k = 0; k < before; ++k) {
            const instruction at = code_[known_[k].node];
            const index value = known_[k].in_output;
            if (at.kind == operation::select && at.first == condition) learn(holds ? at.second : at.third, value);
            const instruction test = code_[condition];
            if (test.kind != operation::greater) continue;
            if (at.kind == operation::maximum && test.first == at.first && test.second == at.second)
                learn(holds ? at.first : at.second, value);
            if (at.kind == operation::minimum && test.first == at.second && test.second == at.first)
                learn(holds ? at.first : at.second, value);
        }
    }

    static constexpr std::size_t capacity = 64;
    tape& code_;
    fact known_[capacity] = {};
    std::size_t known_count_ = 0;
};

}  // namespace detail

/// code[wanted] in terms of the output a = code[root], without z; `nothing` where f does not tell.
constexpr index in_terms_of_output(tape& code, index wanted, index root) {
    return detail::output_form(code, root).express(wanted);
}

}  // namespace espalier::expression
