// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/tree.hpp>

/// What may occur in a user's activation or loss: operators, comparisons, `select`, and functions.
namespace espalier::expression {

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
constexpr auto operator>=(Left left, Right right) {
    return detail::make<operation::at_least>(left, right);
}
template <class Left, class Right>
    requires Operands<Left, Right>
constexpr auto operator<=(Left left, Right right) {
    return detail::make<operation::at_least>(right, left);
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
template <class First, Operand Then, Operand Otherwise>
    requires Operand<First> && (Expression<First> || Expression<Then> || Expression<Otherwise>)
constexpr auto select(First condition, Then then, Otherwise otherwise) {
    if constexpr (Condition<First>)
        return detail::make_node<operation::select>(condition, as_number(then), as_number(otherwise));
    else
        return refused_condition{};
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
constexpr auto cube(Argument x) {
    return x * x * x;
}
/// An integer power, `pow<4>(z)`, by repeated squaring; a negative one is 1 / pow<-Exponent>(x).
template <int Exponent, Expression Argument>
constexpr auto pow(Argument x) {
    if constexpr (Exponent < 0)
        return 1 / pow<-Exponent>(x);
    else if constexpr (Exponent == 0)
        return constant{1};
    else if constexpr (Exponent == 1)
        return as_number(x);
    else if constexpr (Exponent % 2 == 0)
        return square(pow<Exponent / 2>(x));
    else
        return pow<Exponent - 1>(x) * x;
}
/// Not offered: an argument is no constant, and the power of a negative number none.
template <class Base, class Exponent>
    requires Operands<Base, Exponent>
constexpr refused_power pow(Base, Exponent) {
    return {};
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
