// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/expression/functions.hpp>
#include <espalier/expression/program.hpp>
#include <espalier/expression/simplify.hpp>

namespace {
using namespace espalier::expression;
}

TEST_CASE("only what the results depend on is kept, in order and renumbered") {
    tape code;
    const index z = leaf_of(code, operation::variable);
    leaf_of(code, operation::parameter, 7);  // dead
    const index two = constant_of(code, 2);
    const index exponential = apply(code, operation::exp, z);
    apply(code, operation::tanh, exponential);  // dead
    const index twice = multiply(code, exponential, two);
    const index results[] = {twice, exponential};
    const program kept = extract(code, results, 2);

    REQUIRE(kept.size == 4);
    CHECK(kept.code[0].kind == operation::variable);
    CHECK(kept.code[1].value == 2);
    CHECK(kept.code[2].kind == operation::exp);
    CHECK(kept.code[2].first == 0);
    CHECK(kept.code[3].kind == operation::multiply);
    CHECK(kept.code[3].first == 2);
    CHECK(kept.code[3].second == 1);
    CHECK(kept.code[3].third == nothing);
    CHECK(kept.result_count == 2);
    CHECK(kept.results[0] == 3);
    CHECK(kept.results[1] == 2);
    CHECK(kept.reads(operation::variable));
    CHECK_FALSE(kept.reads(operation::parameter));
}

TEST_CASE("a leaf may be a result, and one instruction two results") {
    tape code;
    const index z = leaf_of(code, operation::variable);
    const index results[] = {z, z};
    const program kept = extract(code, results, 2);
    CHECK(kept.size == 1);
    CHECK(kept.results[0] == 0);
    CHECK(kept.results[1] == 0);
}
