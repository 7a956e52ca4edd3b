// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <type_traits>

/// What a user's activation or loss builds: a tree of structural values, so that `f(variable{})` can be a template
/// argument. Everything that is derived from it happens on the tape (tape.hpp), not in types.
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
    // conditions
    greater,
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
struct leaf {};

struct constant {
    double value;
};

template <operation Kind, class First, class Second = none, class Third = none>
struct node {
    First first;
    Second second;
    Third third;
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

/// A tree of elementwise operations.
template <class Type>
concept Expression = is_expression<std::remove_cvref_t<Type>>;

template <class Type>
concept Operand = Expression<Type> || std::is_arithmetic_v<std::remove_cvref_t<Type>>;

/// Two operands of which at least one is an expression, so that the operators below leave other types alone.
template <class Left, class Right>
concept Operands = Operand<Left> && Operand<Right> && (Expression<Left> || Expression<Right>);

namespace detail {

template <Expression Type>
constexpr Type as_tree(Type expression) {
    return expression;
}
template <class Number>
    requires std::is_arithmetic_v<Number>
constexpr constant as_tree(Number number) {
    return {static_cast<double>(number)};
}
template <class Type>
using tree_of = decltype(as_tree(std::declval<std::remove_cvref_t<Type>>()));

template <operation Kind, class First>
constexpr auto make(First first) {
    return node<Kind, tree_of<First>>{as_tree(first), {}, {}};
}
template <operation Kind, class First, class Second>
constexpr auto make(First first, Second second) {
    return node<Kind, tree_of<First>, tree_of<Second>>{as_tree(first), as_tree(second), {}};
}
template <operation Kind, class First, class Second, class Third>
constexpr auto make(First first, Second second, Third third) {
    return node<Kind, tree_of<First>, tree_of<Second>, tree_of<Third>>{as_tree(first), as_tree(second), as_tree(third)};
}

}  // namespace detail

template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator+(Left left, Right right) {
    return detail::make<operation::add>(left, right);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator-(Left left, Right right) {
    return detail::make<operation::subtract>(left, right);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator*(Left left, Right right) {
    return detail::make<operation::multiply>(left, right);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator/(Left left, Right right) {
    return detail::make<operation::divide>(left, right);
}
template <Expression Argument>
constexpr auto operator-(Argument operand) {
    return detail::make<operation::negate>(operand);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator>(Left left, Right right) {
    return detail::make<operation::greater>(left, right);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator<(Left left, Right right) {
    return detail::make<operation::greater>(right, left);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto min(Left left, Right right) {
    return detail::make<operation::minimum>(left, right);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto max(Left left, Right right) {
    return detail::make<operation::maximum>(left, right);
}
/// `then` where the condition holds, `otherwise` elsewhere; both are evaluated.
template <Expression Condition, Operand Then, Operand Otherwise>
constexpr auto select(Condition condition, Then then, Otherwise otherwise) {
    return detail::make<operation::select>(condition, then, otherwise);
}

template <Expression Argument>
constexpr auto abs(Argument x) {
    return detail::make<operation::abs>(x);
}
template <Expression Argument>
constexpr auto sqrt(Argument x) {
    return detail::make<operation::sqrt>(x);
}
template <Expression Argument>
constexpr auto square(Argument x) {
    return x * x;
}
template <Expression Argument>
constexpr auto exp(Argument x) {
    return detail::make<operation::exp>(x);
}
/// exp(x) − 1 without cancellation near 0.
template <Expression Argument>
constexpr auto expm1(Argument x) {
    return detail::make<operation::expm1>(x);
}
template <Expression Argument>
constexpr auto log(Argument x) {
    return detail::make<operation::log>(x);
}
/// log(1 + x) without cancellation near 0.
template <Expression Argument>
constexpr auto log1p(Argument x) {
    return detail::make<operation::log1p>(x);
}
template <Expression Argument>
constexpr auto tanh(Argument x) {
    return detail::make<operation::tanh>(x);
}
/// 1 / (1 + exp(−x))
template <Expression Argument>
constexpr auto sigmoid(Argument x) {
    return detail::make<operation::sigmoid>(x);
}
/// log(1 + exp(x)), stable in both tails.
template <Expression Argument>
constexpr auto softplus(Argument x) {
    return detail::make<operation::softplus>(x);
}
template <Expression Argument>
constexpr auto erf(Argument x) {
    return detail::make<operation::erf>(x);
}
template <Expression Argument>
constexpr auto sin(Argument x) {
    return detail::make<operation::sin>(x);
}
template <Expression Argument>
constexpr auto cos(Argument x) {
    return detail::make<operation::cos>(x);
}

}  // namespace espalier::expression
