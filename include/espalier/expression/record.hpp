// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/simplify.hpp>

namespace espalier::expression {

/// Where a tree's leaves lie on the tape it is recorded on.
struct binding {
    index variable = nothing;
    std::size_t first_parameter = 0;
    std::size_t first_coin = 0;
};

namespace detail {

template <operation Kind, std::size_t Number>
constexpr index record_tree(tape& code, leaf<Kind, Number>, const binding& bound) {
    if constexpr (Kind == operation::variable) return bound.variable;
    if constexpr (Kind == operation::parameter) return leaf_of(code, Kind, bound.first_parameter + Number);
    if constexpr (Kind == operation::keep) return leaf_of(code, Kind, bound.first_coin + Number);
    return leaf_of(code, Kind, Number);
}
constexpr index record_tree(tape& code, constant tree, const binding&) { return constant_of(code, tree.value); }
constexpr index record_tree(tape&, none, const binding&) { return nothing; }
template <operation Kind, class First, class Second, class Third>
constexpr index record_tree(tape& code, const node<Kind, First, Second, Third>& tree, const binding& bound) {
    const index first = record_tree(code, tree.first, bound);
    const index second = record_tree(code, tree.second, bound);
    return apply(code, Kind, first, second, record_tree(code, tree.third, bound));
}

}  // namespace detail

/// Appends a tree to the tape, as a number; returns the index of its root.
template <Expression Tree>
constexpr index record(tape& code, const Tree& tree, const binding& bound) {
    return detail::record_tree(code, as_number(tree), bound);
}

/// How many parameters a tree has: one more than the largest number in it.
template <operation Kind, std::size_t Number>
constexpr std::size_t parameter_count(leaf<Kind, Number>) {
    return Kind == operation::parameter ? Number + 1 : 0;
}
constexpr std::size_t parameter_count(constant) { return 0; }
constexpr std::size_t parameter_count(none) { return 0; }
template <operation Kind, class First, class Second, class Third>
constexpr std::size_t parameter_count(const node<Kind, First, Second, Third>& tree) {
    std::size_t most = parameter_count(tree.first);
    if (const std::size_t second = parameter_count(tree.second); second > most) most = second;
    if (const std::size_t third = parameter_count(tree.third); third > most) most = third;
    return most;
}

}  // namespace espalier::expression
