// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/expression/functions.hpp>
#include <string>
#include <type_traits>

namespace {

namespace expression = espalier::expression;
using expression::operation;

constexpr expression::variable z{};

template <class Left, class Right>
concept Addable = requires(Left left, Right right) { left + right; };
template <class Type>
concept HasTanh = requires(Type x) { expression::tanh(x); };

// Numbers become constants on either side, whatever their type.
static_assert(
    std::is_same_v<decltype(z + 1), expression::node<operation::add, expression::variable, expression::constant>>);
static_assert(
    std::is_same_v<decltype(1.0f + z), expression::node<operation::add, expression::constant, expression::variable>>);
static_assert((2 * z).first.value == 2 && (z / 0.5).second.value == 0.5);

// a < b is b > a: the tape knows one comparison.
static_assert(
    std::is_same_v<decltype(z < 0), expression::node<operation::greater, expression::constant, expression::variable>>);

static_assert(std::is_same_v<decltype(z <= 0), decltype(0 >= z)> && !std::is_same_v<decltype(z >= 0), decltype(0 < z)>);

// Comparisons are conditions; in arithmetic they count as 1 and 0, in select they choose.
static_assert(expression::Condition<decltype(z > 0)> && expression::Condition<decltype(z <= 0)>);
static_assert(expression::Condition<expression::leaf<operation::keep>>);
static_assert(!expression::Condition<decltype(z)> && !expression::Condition<decltype(select(z > 0, z, 0))>);
static_assert(!expression::Condition<decltype(z * (z > 0))> && !expression::Condition<decltype(-(z > 0))>);
static_assert(std::is_same_v<decltype(z * (z > 0)), decltype(z * select(z > 0, 1, 0))>);
static_assert(std::is_same_v<decltype(abs(z > 0)), decltype(abs(select(z > 0, 1, 0)))>);
static_assert(std::is_same_v<decltype((z > 0) > (z > 1)), decltype(select(z > 0, 1, 0) > select(z > 1, 1, 0))>);
static_assert(std::is_same_v<decltype(select(z > 0, z > 1, 0)), decltype(select(z > 0, select(z > 1, 1, 0), 0))>);

// The operators leave other types alone.
static_assert(Addable<expression::variable, double> && !Addable<expression::variable, std::string>);
static_assert(HasTanh<expression::variable> && !HasTanh<std::string>);
static_assert(!expression::Expression<double> && expression::Expression<decltype(-z)>);
static_assert(!expression::Operands<double, double>);

// A tree is a value of a structural type: equal trees make equal types.
template <auto Tree>
struct holds {};
static_assert(std::is_same_v<holds<z * tanh(z)>, holds<z * tanh(z)>>);
static_assert(!std::is_same_v<holds<0.5 * z>, holds<0.25 * z>>);

}  // namespace

TEST_CASE("a lambda of a variable builds a tree, its functions found by argument-dependent lookup") {
    constexpr auto mish = [](auto x) { return x * tanh(softplus(x)); }(z);
    CHECK(std::is_same_v<decltype(mish.second.first), expression::node<operation::softplus, expression::variable>>);
    CHECK(expression::Expression<decltype(select(z > 0, z, 0.1 * z))>);
}
