// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/expression/functions.hpp>
#include <espalier/expression/record.hpp>

namespace {

using namespace espalier::expression;

constexpr variable z{};

static_assert(parameter_count(z) == 0);
static_assert(parameter_count(parameter<0>{} * z) == 1);
static_assert(parameter_count(select(z > 0, z, parameter<2>{} * z) + parameter<1>{}) == 3);

}  // namespace

TEST_CASE("leaves go where the binding says") {
    tape code;
    const index inner = leaf_of(code, operation::variable);
    const index squared = record(code, z * z, binding{.variable = inner});
    const index outer = record(code, tanh(z) + parameter<1>{}, binding{.variable = squared, .first_parameter = 3});
    REQUIRE(code.is(outer, operation::add));
    CHECK(code[code[outer].first].first == squared);
    CHECK(code[code[outer].second].number == 4);
    const index kept = record(code, select(leaf<operation::keep>{}, z, 0), binding{.variable = inner, .first_coin = 2});
    CHECK(code[code[kept].first].number == 2);
}

TEST_CASE("what is recorded is simplified, and equal parts are shared") {
    tape code;
    const binding bound{.variable = leaf_of(code, operation::variable)};
    CHECK(record(code, z * 1 + 0, bound) == bound.variable);
    const index once = record(code, exp(z), bound);
    const std::size_t size = code.size();
    const index twice = record(code, exp(z) * exp(z), bound);
    CHECK(code.size() == size + 1);
    CHECK(code[twice].first == once);
    CHECK(code[twice].second == once);
}

TEST_CASE("a condition at the root is recorded as a number, one that chooses as it is") {
    tape code;
    const binding bound{.variable = leaf_of(code, operation::variable)};
    const index step = record(code, z >= 0, bound);
    REQUIRE(code.is(step, operation::select));
    CHECK(code.is(code[step].first, operation::at_least));
    CHECK(code.is_constant(code[step].second, 1));
    CHECK(code.is_constant(code[step].third, 0));
    CHECK(record(code, select(z >= 0, 1, 0), bound) == step);
    CHECK(record(code, z * (z > 0), bound) == record(code, select(z > 0, z, 0), bound));
}
