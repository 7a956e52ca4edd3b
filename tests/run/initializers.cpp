// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <espalier/run/initializers.hpp>
#include <span>
#include <vector>

namespace ep = espalier;
namespace initializers = ep::initializers;

namespace {

template <class Scalar>
std::vector<Scalar> draw(ep::initializer kind, std::size_t fan_in, std::size_t fan_out, std::uint64_t number = 0) {
    std::vector<Scalar> values(fan_in * fan_out);
    ep::fill(kind, std::span(values), fan_in, fan_out, ep::random_stream{ep::seed{9}, "weights", number});
    return values;
}

struct summary {
    double mean = 0, variance = 0, kurtosis = 0, largest = 0;
};

summary summarise(const std::vector<double>& values) {
    summary found;
    double fourth = 0;
    for (const double value : values) {
        found.mean += value / static_cast<double>(values.size());
        found.variance += value * value / static_cast<double>(values.size());
        fourth += value * value * value * value / static_cast<double>(values.size());
        found.largest = std::max(found.largest, std::abs(value));
    }
    found.kurtosis = fourth / (found.variance * found.variance);
    return found;
}

/// Largest difference between the products of all pairs of rows (or columns) and gain² times the identity.
template <class Scalar>
double largest_skew(const std::vector<Scalar>& matrix, std::size_t rows, std::size_t columns, double gain) {
    const bool wide = rows <= columns;
    const std::size_t vectors = std::min(rows, columns), length = std::max(rows, columns);
    double skew = 0;
    for (std::size_t a = 0; a < vectors; ++a) {
        for (std::size_t b = 0; b <= a; ++b) {
            double product = 0;
            for (std::size_t i = 0; i < length; ++i) {
                product += static_cast<double>(matrix[wide ? a * columns + i : i * columns + a]) *
                           static_cast<double>(matrix[wide ? b * columns + i : i * columns + b]);
            }
            skew = std::max(skew, std::abs(product - (a == b ? gain * gain : 0)));
        }
    }
    return skew;
}

}  // namespace

TEST_CASE("each rule has its variance, its shape and its bound") {
    constexpr std::size_t fan_in = 300, fan_out = 200;
    struct expectation {
        ep::initializer kind;
        double variance;
        bool normal;
    };
    const expectation expectations[] = {
        {initializers::he_normal, 2.0 / 300, true},           {initializers::he_uniform, 2.0 / 300, false},
        {initializers::glorot_normal, 2.0 / 500, true},       {initializers::glorot_uniform, 2.0 / 500, false},
        {initializers::lecun_normal, 1.0 / 300, true},        {initializers::lecun_uniform, 1.0 / 300, false},
        {initializers::he_normal(0.5), 0.25 * 2 / 300, true}, {initializers::lecun_uniform(2), 4.0 / 300, false},
        {initializers::automatic, 2.0 / 500, false},
    };
    for (const auto& [kind, variance, normal] : expectations) {
        const summary found = summarise(draw<double>(kind, fan_in, fan_out));
        // 60,000 draws: the standard error of the mean is 0.4 %, of the variance at most 0.6 %, of the kurtosis 2 %.
        CHECK(std::abs(found.mean) < 0.015 * std::sqrt(variance));
        CHECK(std::abs(found.variance / variance - 1) < 0.02);
        CHECK(std::abs(found.kurtosis - (normal ? 3 : 1.8)) < 0.1);
        if (normal) {
            CHECK(found.largest > 3.5 * std::sqrt(variance));
        } else {
            CHECK(found.largest <= std::sqrt(3 * variance));
            CHECK(found.largest > 0.999 * std::sqrt(3 * variance));
        }
    }
}

TEST_CASE("constants fill every value, and an empty tensor is fine") {
    CHECK(draw<float>(initializers::zeros, 3, 5) == std::vector<float>(15, 0.0f));
    CHECK(draw<float>(initializers::ones, 3, 5) == std::vector<float>(15, 1.0f));
    CHECK(draw<double>(initializers::constant(0.25), 3, 5) == std::vector<double>(15, 0.25));
    CHECK(draw<double>(initializers::orthogonal, 0, 0).empty());
    CHECK(draw<double>(initializers::he_normal, 0, 4).empty());
}

TEST_CASE_TEMPLATE("orthogonal gives orthonormal rows, or columns where there are more rows", Scalar, float, double) {
    const double tolerance = sizeof(Scalar) == 4 ? 1e-6 : 1e-14;
    struct extent {
        std::size_t rows, columns;
    };
    for (const auto [rows, columns] : {extent{1, 1}, extent{1, 9}, extent{9, 1}, extent{7, 13}, extent{13, 7},
                                       extent{32, 32}, extent{64, 30}, extent{30, 64}}) {
        for (const double gain : {1.0, 1.5}) {
            const auto matrix = draw<Scalar>(initializers::orthogonal(gain), columns, rows);
            CHECK(largest_skew(matrix, rows, columns, gain) < tolerance * gain * gain);
        }
    }
}

TEST_CASE("orthogonal frames are not biased towards a direction") {
    double mean = 0, square = 0;
    for (std::uint64_t number = 0; number < 2000; ++number) {
        const auto matrix = draw<double>(initializers::orthogonal, 3, 3, number);
        mean += matrix[8] / 2000;
        square += matrix[8] * matrix[8] / 2000;
    }
    // The last entry of a uniform rotation: mean 0, variance 1/3, uniform on [−1, 1].
    CHECK(std::abs(mean) < 0.045);
    CHECK(std::abs(square - 1.0 / 3) < 0.025);
}

TEST_CASE("the same stream gives the same bits, another stream others, and float rounds double") {
    for (const auto kind : {initializers::he_normal, initializers::glorot_uniform, initializers::orthogonal}) {
        const auto values = draw<double>(kind, 12, 10);
        CHECK(values == draw<double>(kind, 12, 10));
        CHECK(values != draw<double>(kind, 12, 10, 1));
        const auto floats = draw<float>(kind, 12, 10);
        for (std::size_t i = 0; i < values.size(); ++i) CHECK(floats[i] == static_cast<float>(values[i]));
    }
}

TEST_CASE("the bits are those of every other platform and compiler") {
    CHECK(draw<double>(initializers::he_normal, 12, 10)[119] == 0x1.3c839e3e3e99cp-3);
    CHECK(draw<double>(initializers::glorot_uniform, 12, 10)[119] == 0x1.3b7fdabd9c535p-3);
    CHECK(draw<double>(initializers::orthogonal, 12, 10)[119] == -0x1.9df8ecc9eae18p-4);
}
