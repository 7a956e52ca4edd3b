// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <espalier/expression/differentiate.hpp>
#include <espalier/expression/functions.hpp>
#include <initializer_list>

#include "evaluated.hpp"

namespace {

using namespace espalier::expression;
using espalier::expression::abs;  // <cmath> has its own in the global namespace
using espalier::expression::cos;
using espalier::expression::erf;
using espalier::expression::exp;
using espalier::expression::expm1;
using espalier::expression::log;
using espalier::expression::log1p;
using espalier::expression::sin;
using espalier::expression::sqrt;
using espalier::expression::tanh;

constexpr variable z{};
constexpr parameter<0> p{};

/// Largest difference between derivatives and differences over four points (fourth order, error about 1e-12), in
/// units of the larger of 1 and the derivative. Points lie further than 4 steps from a kink.
template <auto Tree>
double largest_error(std::initializer_list<double> points) {
    using chain = chain<evaluated::function<Tree>>;
    constexpr double step = 1e-3, start = 0.7;
    double largest = 0;
    for (const double at : points) {
        const auto difference = [&](auto f) {
            return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step);
        };
        const evaluated::values<chain, double> found(at, {start});
        const double by_z = difference([&](double h) { return evaluated::values<chain, double>(at + h, {start}).f; });
        largest = std::max(largest, std::abs(found.derivatives[0] - by_z) / std::max(1.0, std::abs(by_z)));
        if constexpr (chain::parameters > 0) {
            const double by_p =
                difference([&](double h) { return evaluated::values<chain, double>(at, {start + h}).f; });
            largest = std::max(largest, std::abs(found.derivatives[1] - by_p) / std::max(1.0, std::abs(by_p)));
        }
    }
    return largest;
}

constexpr double tolerance = 1e-9;

/// The derivative of a tree at a point where it is a constant.
template <auto Tree>
constexpr bool derivative_is(double value) {
    tape code;
    const auto by = leaf_of(code, operation::variable);
    const auto root = record(code, Tree, binding{.variable = by});
    return code.is_constant(differentiate(code, root, by), value);
}
static_assert(derivative_is<z>(1) && derivative_is<3 * z - 1>(3) && derivative_is<-z>(-1));
static_assert(derivative_is<z - z>(0) && derivative_is<p * p>(0) && derivative_is<z / 4>(0.25));

}  // namespace

TEST_CASE("arithmetic") {
    CHECK(largest_error<z * z * z - 2 * z>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<(1 + z) / (2 + z * z)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<1 / (1 + exp(-z))>({-20, -2, 0.4, 3}) < tolerance);
    CHECK(largest_error<-z / (0 - z * z - 1)>({-2, 0.4, 3}) < tolerance);
}

TEST_CASE("functions of one argument, with an inner derivative") {
    CHECK(largest_error<sin(3 * z) * cos(z)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<sqrt(1 + z * z)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<log(z)>({0.3, 0.5, 1, 20}) < tolerance);
    CHECK(largest_error<log1p(z * z)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<exp(-0.5 * z * z)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<expm1(2 * z)>({-2, -0.3, 0.4, 1}) < tolerance);
    CHECK(largest_error<tanh(z * z)>({-2, -0.3, 0.4, 1}) < tolerance);
    CHECK(largest_error<sigmoid(2 * z - 1)>({-9, -0.3, 0.4, 5}) < tolerance);
    CHECK(largest_error<softplus(z / 2)>({-9, -0.3, 0.4, 5}) < tolerance);
    CHECK(largest_error<erf(z + 0.5)>({-3, -0.3, 0.4, 2}) < tolerance);
}

TEST_CASE("choices") {
    CHECK(largest_error<abs(z)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<abs(sin(z))>({-2, -0.3, 0.4, 4}) < tolerance);
    CHECK(largest_error<min(z, 1)>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<max(-1, z * z - 2)>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<min(z * z, 2 * z)>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<max(sin(z), cos(z))>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<select(z < 1, z * z, 2 * z - 1)>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<select(z >= 1, 2 * z - 1, z * z)>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<z*(z > 0)>({-2, -0.3, 0.4, 3}) < tolerance);
    CHECK(largest_error<z * z*(z <= 1) + (z > 1)>({-2, 0.4, 3}) < tolerance);
    CHECK(largest_error<(z > 0)>({-2, 0.4}) == 0);
    CHECK(largest_error<select(z > 0, log1p(z), -log1p(-z))>({-3, -0.5, 0.4, 3}) < tolerance);
}

TEST_CASE("by a learned parameter") {
    CHECK(largest_error<z * sigmoid(p * z)>({-3, -0.5, 0.4, 3}) < tolerance);
    CHECK(largest_error<select(z > 0, z, p * z)>({-3, -0.5, 0.4, 3}) < tolerance);
    CHECK(largest_error<p * p>({-3, 1}) < tolerance);
}

TEST_CASE("a function that does not depend on z has the derivative zero") {
    CHECK(evaluated::values<chain<evaluated::function<p>>, double>(3, {0.7}).derivatives == std::array{0.0, 1.0});
}

TEST_CASE("at a kink the derivative is that of the branch which the condition takes") {
    CHECK(evaluated::values<chain<evaluated::function<max(z, 0)>>, double>(0).derivatives[0] == 0);
    CHECK(evaluated::values<chain<evaluated::function<min(z, 1)>>, double>(1).derivatives[0] == 0);
    CHECK(evaluated::values<chain<evaluated::function<abs(z)>>, double>(0).derivatives[0] == 0);
    CHECK(evaluated::values<chain<evaluated::function<select(z > 0, z, 0.1 * z)>>, double>(0).derivatives[0] == 0.1);
}
