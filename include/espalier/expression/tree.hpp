// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

/// What a user's activation or loss builds: a tree of structural values, so that `f(variable{})` can be a template
/// argument. Everything that is derived from it happens on the tape (tape.hpp), not in types.
///
/// A tree is a number or, made by > < >= <=, a condition. `select` takes a condition; anywhere else a condition counts
/// as 1 where it holds and 0 elsewhere, so `z * (z > 0)` is relu. Comparisons with NaN do not hold.
namespace espalier::expression {

enum class operation : unsigned char {
    // leaves
    constant,
    variable,   // z, or a loss's prediction
    output,     // a = f(z), where a derivative is written in terms of it
    target,     // a loss's second argument
    parameter,  // a learned scalar, numbered
    gradient,   // ∇C with respect to a: what arrives at a derivative
    keep,       // true with the layer's keep probability: dropout's coin, numbered
    // arithmetic
    add,
    subtract,
    multiply,
    divide,
    negate,
    minimum,
    maximum,
    // conditions, true or false, and the choice by one
    greater,
    at_least,
    select,
    // functions of one argument
    abs,
    sqrt,
    exp,
    expm1,
    log,
    log1p,
    tanh,
    sigmoid,
    softplus,
    erf,
    sin,
    cos,
};

struct none {};

/// A leaf that is told apart by its number: which parameter, which coin.
template <operation Kind, std::size_t Number = 0>
struct leaf {
    // So that functions of std and conditions take it, and who takes the tree can say that they must not: what calls
    // these is no constant expression, for they are never defined.
    operator long double() const;  // NOLINT: implicit
    explicit operator bool() const;
};

struct constant {
    double value;
};

template <operation Kind, class First, class Second = none, class Third = none>
struct node {
    First first;
    Second second;
    Third third;
    operator long double() const;  // NOLINT: as a leaf's
    explicit operator bool() const;
};

using variable = leaf<operation::variable>;
using target = leaf<operation::target>;
template <std::size_t Number>
using parameter = leaf<operation::parameter, Number>;

template <class>
inline constexpr bool is_expression = false;
template <operation Kind, std::size_t Number>
inline constexpr bool is_expression<leaf<Kind, Number>> = true;
template <>
inline constexpr bool is_expression<constant> = true;
template <operation Kind, class First, class Second, class Third>
inline constexpr bool is_expression<node<Kind, First, Second, Third>> = true;

/// What stands in a tree for what is not offered, so that who takes the tree can say so in one error.
struct refused_power {};      // pow of an exponent that is no template argument
struct refused_condition {};  // select by a number
template <>
inline constexpr bool is_expression<refused_power> = true;
template <>
inline constexpr bool is_expression<refused_condition> = true;

/// Whether such a thing stands in a tree.
template <class Tree, class What>
inline constexpr bool contains = std::is_same_v<Tree, What>;
template <operation Kind, class First, class Second, class Third, class What>
inline constexpr bool contains<node<Kind, First, Second, Third>, What> =
    contains<First, What> || contains<Second, What> || contains<Third, What>;

/// A tree of elementwise operations.
template <class Type>
concept Expression = is_expression<std::remove_cvref_t<Type>>;

template <class>
inline constexpr bool is_condition = false;
template <std::size_t Number>
inline constexpr bool is_condition<leaf<operation::keep, Number>> = true;
template <class First, class Second>
inline constexpr bool is_condition<node<operation::greater, First, Second>> = true;
template <class First, class Second>
inline constexpr bool is_condition<node<operation::at_least, First, Second>> = true;

/// A tree that is true or false.
template <class Type>
concept Condition = is_condition<std::remove_cvref_t<Type>>;

template <class Type>
concept Operand = Expression<Type> || std::is_arithmetic_v<std::remove_cvref_t<Type>>;

/// Two operands of which at least one is an expression, so that the operators below leave other types alone.
template <class Left, class Right>
concept Operands = Operand<Left> && Operand<Right> && (Expression<Left> || Expression<Right>);

/// The same tree as a number: a condition becomes 1 where it holds, 0 elsewhere.
template <Expression Type>
constexpr auto as_number(Type tree) {
    if constexpr (Condition<Type>)
        return node<operation::select, Type, constant, constant>{tree, {1}, {0}};
    else
        return tree;
}
template <class Number>
    requires std::is_arithmetic_v<Number>
constexpr constant as_number(Number number) {
    return {static_cast<double>(number)};
}

namespace detail {

template <operation Kind, class First>
constexpr auto make_node(First first) {
    return node<Kind, First>{first, {}, {}};
}
template <operation Kind, class First, class Second>
constexpr auto make_node(First first, Second second) {
    return node<Kind, First, Second>{first, second, {}};
}
template <operation Kind, class First, class Second, class Third>
constexpr auto make_node(First first, Second second, Third third) {
    return node<Kind, First, Second, Third>{first, second, third};
}

/// An operation on numbers.
template <operation Kind, class... Numbers>
constexpr auto make(Numbers... operands) {
    return make_node<Kind>(as_number(operands)...);
}

}  // namespace detail

/// What a lambda of z and so many parameters gives; none{} where it takes another number of arguments.
template <class Function, std::size_t Parameters>
constexpr auto tree_of() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
        if constexpr (requires { Function{}(variable{}, parameter<I>{}...); })
            return Function{}(variable{}, parameter<I>{}...);
        else
            return none{};
    }(std::make_index_sequence<Parameters>{});
}

}  // namespace espalier::expression
