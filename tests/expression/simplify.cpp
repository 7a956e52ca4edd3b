// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/expression/functions.hpp>
#include <espalier/expression/simplify.hpp>

namespace {

using namespace espalier::expression;

struct fixture {
    tape code;
    index z = leaf_of(code, operation::variable);
    index p = leaf_of(code, operation::parameter);

    index number(double value) { return constant_of(code, value); }
    bool is_number(index i, double value) const { return code.is_constant(i, value); }
};

}  // namespace

TEST_CASE_FIXTURE(fixture, "constants are folded") {
    CHECK(is_number(add(code, number(2), number(3)), 5));
    CHECK(is_number(subtract(code, number(2), number(3)), -1));
    CHECK(is_number(multiply(code, number(2), number(3)), 6));
    CHECK(is_number(divide(code, number(3), number(2)), 1.5));
    CHECK(is_number(negate(code, number(2)), -2));
    CHECK(is_number(multiply(code, multiply(code, number(2), z), number(0.5)), 0) == false);
    CHECK(multiply(code, multiply(code, number(2), z), number(0.5)) == z);
}

TEST_CASE_FIXTURE(fixture, "neutral elements vanish") {
    CHECK(add(code, z, number(0)) == z);
    CHECK(add(code, number(0), z) == z);
    CHECK(subtract(code, z, number(0)) == z);
    CHECK(multiply(code, z, number(1)) == z);
    CHECK(multiply(code, number(1), z) == z);
    CHECK(divide(code, z, number(1)) == z);
    CHECK(is_number(multiply(code, z, number(0)), 0));
    CHECK(is_number(subtract(code, z, z), 0));
    CHECK(is_number(divide(code, number(0), z), 0));
}

TEST_CASE_FIXTURE(fixture, "a sum or product has one order") {
    CHECK(add(code, z, p) == add(code, p, z));
    CHECK(multiply(code, z, p) == multiply(code, p, z));
    CHECK(add(code, number(1), z) == add(code, z, number(1)));
    CHECK(subtract(code, z, p) != subtract(code, p, z));
}

TEST_CASE_FIXTURE(fixture, "signs move outwards and cancel") {
    CHECK(negate(code, negate(code, z)) == z);
    CHECK(subtract(code, number(0), z) == negate(code, z));
    CHECK(add(code, z, negate(code, p)) == subtract(code, z, p));
    CHECK(add(code, negate(code, p), z) == subtract(code, z, p));
    CHECK(subtract(code, z, negate(code, p)) == add(code, z, p));
    CHECK(multiply(code, negate(code, z), p) == negate(code, multiply(code, z, p)));
    CHECK(multiply(code, negate(code, z), negate(code, p)) == multiply(code, z, p));
    CHECK(multiply(code, z, number(-1)) == negate(code, z));
}

TEST_CASE_FIXTURE(fixture, "division by a number is a product, by zero it stays") {
    CHECK(divide(code, z, number(4)) == multiply(code, z, number(0.25)));
    CHECK(code.is(divide(code, z, number(0)), operation::divide));
    CHECK(code.is(divide(code, number(1), number(0)), operation::divide));
}

TEST_CASE_FIXTURE(fixture, "a factor goes into a choice with a number in it, so that 0 · inf cannot arise") {
    const index condition = greater(code, z, number(0));
    const index choice = select(code, condition, number(0), p);
    const index product = multiply(code, z, choice);
    REQUIRE(code.is(product, operation::select));
    CHECK(is_number(code[product].second, 0));
    CHECK(code[product].third == multiply(code, z, p));
    CHECK(select(code, condition, p, p) == p);
}

TEST_CASE_FIXTURE(fixture, "a positive factor does not change a sign, a negative one does") {
    const index zero = number(0);
    CHECK(greater(code, multiply(code, z, number(3)), zero) == greater(code, z, zero));
    CHECK(greater(code, multiply(code, z, number(-3)), zero) != greater(code, z, zero));
    CHECK(greater(code, multiply(code, z, number(3)), number(1)) != greater(code, z, number(1)));
}

TEST_CASE_FIXTURE(fixture, "bounds of minimum and maximum come last") {
    const index bounded = apply(code, operation::maximum, number(0), z);
    CHECK(code[bounded].first == z);
    CHECK(bounded == apply(code, operation::maximum, z, number(0)));
}
