// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>

#include "evaluated.hpp"

namespace {

using namespace espalier::expression;

constexpr variable z{};

/// Largest difference from the C library's function over some points, in units of the larger of 1 and the value.
template <auto Tree, class Scalar, class Function>
double largest_error(std::initializer_list<double> points, Function f) {
    double largest = 0;
    for (const double at : points) {
        const double x = static_cast<double>(static_cast<Scalar>(at)), expected = static_cast<double>(f(x));
        const double found = evaluated::values<chain<evaluated::function<Tree>>, Scalar>(x).f;
        largest = std::max(largest, std::abs(found - expected) / std::max(1.0, std::abs(expected)));
    }
    return largest;
}

}  // namespace

TEST_CASE_TEMPLATE("each operation is evaluated as itself", Scalar, float, double) {
    const double tolerance = sizeof(Scalar) == 4 ? 1e-6 : 1e-14;
    const auto check = [&]<class Tree>(Tree, auto f) {
        CHECK(largest_error<Tree{}, Scalar>({-2.5, -0.75, 0.0, 0.3, 1.0, 4.0}, f) < tolerance);
    };
    check(-z, [](double x) { return -x; });
    check(z * z - z, [](double x) { return x * x - x; });
    check(espalier::expression::abs(z), [](double x) { return std::abs(x); });
    check(espalier::expression::exp(z), [](double x) { return std::exp(x); });
    check(espalier::expression::expm1(z), [](double x) { return std::expm1(x); });
    check(espalier::expression::tanh(z), [](double x) { return std::tanh(x); });
    check(sigmoid(z), [](double x) { return 1 / (1 + std::exp(-x)); });
    check(softplus(z), [](double x) { return std::log1p(std::exp(x)); });
    check(espalier::expression::erf(z), [](double x) { return std::erf(x); });
    check(espalier::expression::sin(z), [](double x) { return std::sin(x); });
    check(espalier::expression::cos(z), [](double x) { return std::cos(x); });
    check(espalier::expression::sqrt(z * z), [](double x) { return std::abs(x); });
    check(min(z, z * z), [](double x) { return std::min(x, x * x); });
    check(max(z, z * z), [](double x) { return std::max(x, x * x); });
    check(select(z > z * z, z, -z), [](double x) { return x > x * x ? x : -x; });
    CHECK(largest_error<1 / z, Scalar>({-2, 0.3, 8}, [](double x) { return 1 / x; }) < tolerance);
    CHECK(largest_error<espalier::expression::log(z), Scalar>({0.01, 0.3, 8}, [](double x) { return std::log(x); }) <
          tolerance);
    CHECK(largest_error<espalier::expression::log1p(z), Scalar>({-0.5, 0.3, 8},
                                                                [](double x) { return std::log1p(x); }) < tolerance);
}

TEST_CASE_TEMPLATE("comparisons count as 1 and 0", Scalar, float, double) {
    const auto points = {-2.5, -0.75, 0.0, 0.25, 1.0, 4.0};
    CHECK(largest_error<z*(z > 0), Scalar>(points, [](double x) { return std::max(x, 0.0); }) == 0);
    CHECK(largest_error<(z > 0.25), Scalar>(points, [](double x) { return x > 0.25; }) == 0);
    CHECK(largest_error<(z >= 0.25), Scalar>(points, [](double x) { return x >= 0.25; }) == 0);
    CHECK(largest_error<2 * (z <= 1) - (z < 1), Scalar>(points, [](double x) { return 2 * (x <= 1) - (x < 1); }) == 0);
    CHECK(largest_error<(z > -1) * (z < 1), Scalar>(points, [](double x) { return std::abs(x) < 1; }) == 0);
    CHECK(largest_error<select(z >= 1, 2, z), Scalar>(points, [](double x) { return x >= 1 ? 2 : x; }) == 0);
}

TEST_CASE_TEMPLATE("integer powers", Scalar, float, double) {
    const double tolerance = sizeof(Scalar) == 4 ? 1e-6 : 1e-14;
    const auto points = {-2.5, -0.75, 0.25, 1.0, 4.0};
    CHECK(largest_error<square(z), Scalar>(points, [](double x) { return x * x; }) == 0);
    CHECK(largest_error<cube(z), Scalar>(points, [](double x) { return x * x * x; }) < tolerance);
    CHECK(largest_error<pow<0>(z) + pow<1>(z), Scalar>(points, [](double x) { return 1 + x; }) == 0);
    CHECK(largest_error<pow<7>(z), Scalar>(points, [](double x) { return std::pow(x, 7); }) < tolerance);
    CHECK(largest_error<pow<-3>(z), Scalar>(points, [](double x) { return std::pow(x, -3); }) < tolerance);
}

TEST_CASE("lanes are independent, and NaN stays in its own") {
    using doubled = chain<evaluated::function<max(2 * z, 0)>>;
    constexpr std::size_t width = espalier::simd_width<double>;
    alignas(espalier::alignment) double lanes[width];
    for (std::size_t lane = 0; lane < width; ++lane) lanes[lane] = static_cast<double>(lane) - 1;
    lanes[0] = std::nan("");
    const evaluated::point<doubled, double> at{espalier::load(lanes), {}, {}, true};
    espalier::store(lanes, evaluate<doubled::forward, double>(at)[0]);
    CHECK(std::isnan(lanes[0]));
    for (std::size_t lane = 1; lane < width; ++lane) CHECK(lanes[lane] == 2 * (static_cast<double>(lane) - 1));
}

TEST_CASE_TEMPLATE("no comparison with NaN holds", Scalar, float, double) {
    const double nan = std::nan("");
    const auto value = [&]<class Tree>(Tree) {
        return evaluated::values<chain<evaluated::function<Tree{}>>, Scalar>(nan).f;
    };
    CHECK(value(z > z * z) == 0);
    CHECK(value(z < z * z) == 0);
    CHECK(value(z >= z * z) == 0);
    CHECK(value(z <= z * z) == 0);
}

TEST_CASE("several results come in their order") {
    using slopes = chain<evaluated::function<parameter<0>{} * z>>;
    CHECK(evaluated::values<slopes, float>(3, {2}).derivatives == std::array{2.0, 3.0});
}
