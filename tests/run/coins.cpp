// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <espalier/run/coin_lanes.hpp>
#include <vector>

namespace ep = espalier;
using ep::detail::coin_key;
using ep::detail::key_of;
using ep::detail::uniform_lanes;

namespace {

/// The number for one sample and feature, as the lanes of a register give it.
template <class Scalar>
double uniform(const coin_key& key, std::uint32_t sample, std::uint32_t feature) {
    constexpr auto width = static_cast<std::uint32_t>(ep::simd_width<Scalar>);
    const auto lanes = uniform_lanes<Scalar>(key, sample / width * width, feature);
    return static_cast<double>(lanes.get(sample % width));
}

}  // namespace

TEST_CASE_TEMPLATE("each lane holds the number of its sample, from a counter", Scalar, float, double) {
    const coin_key key = key_of({.from = ep::seed{1}, .step = 2}, 3, 4);
    for (const std::uint32_t first : {0u, 1u, 100u, 4294967200u}) {
        const auto lanes = uniform_lanes<Scalar>(key, first, 7);
        for (std::uint32_t lane = 0; lane < ep::simd_width<Scalar>; ++lane) {
            const std::uint32_t word = ep::threefry(key, {first + lane, 7})[0];
            CHECK(static_cast<double>(lanes.get(lane)) == static_cast<double>(word >> 8) * 0x1p-24);
        }
    }
}

TEST_CASE("float and double toss the same coins") {
    const coin_key key = key_of({.from = ep::seed{9}}, 1, 0);
    for (std::uint32_t sample = 0; sample < 100; ++sample)
        CHECK(uniform<float>(key, sample, sample % 5) == uniform<double>(key, sample, sample % 5));
}

TEST_CASE("seed, step, stage and position in the chain each change the key; the first row does not") {
    const coin_key key = key_of({.from = ep::seed{1}, .step = 1}, 1, 1);
    CHECK(key != key_of({.from = ep::seed{2}, .step = 1}, 1, 1));
    CHECK(key != key_of({.from = ep::seed{1}, .step = 2}, 1, 1));
    CHECK(key != key_of({.from = ep::seed{1}, .step = 1}, 2, 1));
    CHECK(key != key_of({.from = ep::seed{1}, .step = 1}, 1, 2));
    CHECK(key == key_of({.from = ep::seed{1}, .step = 1, .first_row = 64}, 1, 1));
}

TEST_CASE("the numbers are uniform, and neighbours are independent") {
    const coin_key key = key_of({.from = ep::seed{5}}, 1, 0);
    constexpr std::uint32_t samples = 256, features = 64;
    double mean = 0, square = 0, by_sample = 0, by_feature = 0;
    std::vector<double> u(samples * features);
    for (std::uint32_t s = 0; s < samples; ++s)
        for (std::uint32_t f = 0; f < features; ++f) {
            const double value = u[s * features + f] = uniform<float>(key, s, f) - 0.5;
            mean += value;
            square += value * value;
            if (s > 0) by_sample += value * u[(s - 1) * features + f];
            if (f > 0) by_feature += value * u[s * features + f - 1];
        }
    // Variances of u, u² and of a product of neighbours: 1/12, 1/180, 1/144. Four standard errors.
    const double count = samples * features, error = 4 / std::sqrt(count);
    CHECK(std::abs(mean / count) < error / std::sqrt(12.0));
    CHECK(std::abs(square / count - 1.0 / 12) < error / std::sqrt(180.0));
    CHECK(std::abs(by_sample / count) < error / 12);
    CHECK(std::abs(by_feature / count) < error / 12);
}
