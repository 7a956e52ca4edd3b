// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "evaluated.hpp"

namespace {

using namespace espalier::expression;
using espalier::expression::erf;
using espalier::expression::exp;
using espalier::expression::expm1;
using espalier::expression::sqrt;
using espalier::expression::tanh;

constexpr variable z{};
constexpr auto coin = leaf<operation::keep>{};

template <auto... Trees>
using chain_of = chain<evaluated::function<Trees>...>;

/// What the evaluation of the derivative loads.
enum class loads { neither, input, output };
template <auto... Trees>
constexpr loads derivative_of() {
    using derived = chain_of<Trees...>;
    return derived::backward_reads_z ? loads::input : derived::backward_reads_a ? loads::output : loads::neither;
}

// Inverted at no cost: scales, square roots.
static_assert(derivative_of<2 * z + 1>() == loads::neither);
static_assert(derivative_of<tanh(z)>() == loads::output && derivative_of<-3 * tanh(z)>() == loads::output);
static_assert(derivative_of<1.7159 * tanh(z * 0.6667)>() == loads::output);
static_assert(derivative_of<-sigmoid(z)>() == loads::output);
static_assert(derivative_of<exp(z)>() == loads::output && derivative_of<expm1(2 * z)>() == loads::output);
static_assert(derivative_of<sqrt(1 + z)>() == loads::output);
static_assert(derivative_of<softplus(z)>() == loads::output);

// A sum has lost digits of what was added: not inverted.
static_assert(derivative_of<exp(z) + 1000>() == loads::input && derivative_of<1 - sigmoid(z)>() == loads::input);
static_assert(derivative_of<3 * tanh(z) - 1>() == loads::input);

// Conditions on z, recovered from signs and bounds.
static_assert(derivative_of<max(z, 0)>() == loads::output && derivative_of<max(0, 2 * z)>() == loads::output);
static_assert(derivative_of<select(z > 0, z, 0.3 * z)>() == loads::output);
static_assert(derivative_of<select(z > 0, z, 0.5 * expm1(z))>() == loads::output);
static_assert(derivative_of<min(max(z, 0), 6)>() == loads::output);
static_assert(derivative_of<z*(z > 0)>() == loads::output);

// The sign of a does not tell that of z.
static_assert(derivative_of<select(z > 0, z, -0.3 * z)>() == loads::input);
static_assert(derivative_of<select(z > 0, -z, 0.3 * z)>() == loads::input);
static_assert(derivative_of<abs(z)>() == loads::input);
static_assert(derivative_of<max(z, -1) * max(z, -1)>() == loads::input);
// f is not monotonous.
static_assert(derivative_of<z * sigmoid(z)>() == loads::input && derivative_of<z * z>() == loads::input);

// One layer after the other, a coin among them.
static_assert(derivative_of<max(z, 0), select(coin, 2 * z, 0)>() == loads::output);
static_assert(derivative_of<max(z, 0), tanh(z)>() == loads::output);
static_assert(derivative_of<z * sigmoid(z), max(z, 0)>() == loads::input);

}  // namespace

TEST_CASE("the derivative read off a is the derivative") {
    // a² − 1 for tanh, and so on, written down by hand: the same function in z, to rounding.
    double largest = 0;
    for (double at = -4; at <= 4; at += 0.125) {
        const auto check = [&](double found, double expected) {
            largest = std::max(largest, std::abs(found - expected));
        };
        const double cosh = std::cosh(at), slope = at > 0 ? 1 : 0;
        check(evaluated::values<chain_of<z*(z > 0)>, double>(at).derivatives[0], slope);
        check(evaluated::values<chain_of<3 * tanh(z)>, double>(at).derivatives[0], 3 / (cosh * cosh));
        check(evaluated::values<chain_of<softplus(z)>, double>(at).derivatives[0], 1 / (1 + std::exp(-at)));
        check(evaluated::values<chain_of<select(z > 0, z, 0.5 * expm1(z))>, double>(at).derivatives[0],
              at > 0 ? 1 : 0.5 * std::exp(at));
        check(evaluated::values<chain_of<min(max(z, 0), 3)>, double>(at).derivatives[0], at < 3 ? slope : 0);
        check(evaluated::values<chain_of<max(z, 0), tanh(z)>, double>(at).derivatives[0],
              at > 0 ? 1 / (cosh * cosh) : 0);
        using dropped = chain_of<max(z, 0), select(coin, 2 * z, 0)>;
        check(evaluated::values<dropped, double>(at, {}, true).derivatives[0], 2 * slope);
        check(evaluated::values<dropped, double>(at, {}, false).derivatives[0], 0);
    }
    CHECK(largest < 1e-14);
}

TEST_CASE("an added constant takes no digits from the derivative") {
    for (const double at : {-8.0, -3.0, 0.5, 2.0}) {
        const double up = evaluated::values<chain_of<exp(z) + 1000>, float>(at).derivatives[0];
        const double down = evaluated::values<chain_of<1 - sigmoid(z)>, float>(at).derivatives[0];
        CHECK(std::abs(up / std::exp(at) - 1) < 1e-6);
        CHECK(std::abs(-down * (1 + std::exp(at)) * (1 + std::exp(-at)) - 1) < 1e-6);
    }
}
