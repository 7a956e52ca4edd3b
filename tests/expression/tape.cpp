// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <type_traits>

#include <espalier/expression/functions.hpp>
#include <espalier/expression/tape.hpp>

namespace expression = espalier::expression;
using expression::operation;

TEST_CASE("equal instructions are stored once, others are not") {
    expression::tape code;
    const auto z = code.append({.kind = operation::variable});
    const auto square = code.append({.kind = operation::multiply, .first = z, .second = z});
    CHECK(code.append({.kind = operation::multiply, .first = z, .second = z}) == square);
    CHECK(code.size() == 2);
    const auto one = code.append({.kind = operation::constant, .value = 1});
    const auto two = code.append({.kind = operation::constant, .value = 2});
    CHECK(one != two);
    const auto slope = code.append({.kind = operation::parameter, .number = 0});
    CHECK(code.append({.kind = operation::parameter, .number = 1}) != slope);
    CHECK(code.size() == 6);
    CHECK(code.is(square, operation::multiply));
    CHECK(code.is_constant(one, 1));
    CHECK_FALSE(code.is_constant(one, 2));
    CHECK_FALSE(code.is_constant(z));
}

TEST_CASE("what was appended keeps its place") {
    expression::tape code;
    for (int i = 0; i < 50; ++i) CHECK(code.append({.kind = operation::constant, .value = 1.0 * i}) == i);
    for (std::size_t i = 0; i < 50; ++i) CHECK(code[i].value == static_cast<double>(i));
}

TEST_CASE("a full tape still finds what it has") {
    expression::tape code;
    for (std::size_t i = 0; i < expression::tape::capacity; ++i)
        code.append({.kind = operation::constant, .value = static_cast<double>(i)});
    CHECK(code.append({.kind = operation::constant, .value = 7}) == 7);
}

/// A tape of so many different constants.
template <std::size_t Count>
constexpr auto filled = [] {
    expression::tape code;
    for (std::size_t i = 0; i < Count; ++i) code.append({.kind = operation::constant, .value = static_cast<double>(i)});
    return true;
};
template <auto Function>
concept Constant = requires { typename std::bool_constant<Function()>; };
static_assert(Constant<filled<expression::tape::capacity>>);
static_assert(!Constant<filled<expression::tape::capacity + 1>>, "a full tape refuses one more");

TEST_CASE("leaves come first among the operations") {
    CHECK(expression::is_leaf(operation::constant));
    CHECK(expression::is_leaf(operation::keep));
    CHECK_FALSE(expression::is_leaf(operation::add));
    CHECK_FALSE(expression::is_leaf(operation::cos));
}
