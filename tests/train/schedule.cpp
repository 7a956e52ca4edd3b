// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <espalier/io/npy.hpp>
#include <espalier/train/schedule.hpp>
#include <string>

#include "../folders.hpp"

namespace ep = espalier;
namespace schedules = ep::schedules;

namespace {

/// Largest relative difference from PyTorch's rates over 60 steps.
double largest_difference(std::size_t variant, ep::Schedule auto schedule) {
    static const auto rates = ep::io::load_npy<double, 2>(in_tests("reference/schedules.npy"));
    double largest = 0;
    for (std::size_t step = 0; step < 60; ++step) {
        const double difference = std::abs(schedule(step + 1) / rates(variant, step) - 1);
        if (std::isnan(difference)) return difference;
        largest = std::max(largest, difference);
    }
    return largest;
}

}  // namespace

TEST_CASE("each schedule follows PyTorch's for 60 steps") {
    CHECK(largest_difference(0, schedules::step{.every = 7, .gamma = 0.5}) < 1e-12);
    CHECK(largest_difference(1, schedules::cosine{.steps = 60, .minimum = 0.1}) < 1e-12);
    CHECK(largest_difference(2, schedules::warm_up{.steps = 10, .next = schedules::cosine{50, 0.01}}) < 1e-12);
    CHECK(largest_difference(3, schedules::warm_up{.steps = 5, .next = schedules::step{20, 0.3}}) < 1e-12);
    CHECK(largest_difference(4, schedules::one_cycle{.steps = 60}) < 1e-12);
    const schedules::one_cycle steep{.steps = 60, .rising = 0.25, .initial_divisor = 10, .final_divisor = 100};
    CHECK(largest_difference(5, steep) < 1e-12);
}

TEST_CASE("schedules stay where they ended") {
    const schedules::cosine cosine{.steps = 10, .minimum = 0.25};
    CHECK(cosine(1) == 1);
    CHECK(cosine(10) > 0.25);
    for (const std::uint64_t step : {11u, 12u, 1000u}) CHECK(cosine(step) == 0.25);

    const schedules::one_cycle cycle{.steps = 10};
    CHECK(cycle(9) > cycle(10));
    for (const std::uint64_t step : {10u, 11u, 1000u}) CHECK(cycle(step) == doctest::Approx(4e-6));
}

TEST_CASE("a constant is one, a warm-up of no steps is what follows it") {
    CHECK(schedules::constant{}(1) == 1);
    CHECK(schedules::constant{0.5}(77) == 0.5);
    CHECK(schedules::warm_up<>{}(1) == 1);
    CHECK(schedules::warm_up<>{.steps = 4}(1) == 0.25);
    CHECK(schedules::warm_up<>{.steps = 4}(5) == 1);
}

TEST_CASE("one cycle without a rise, or of a rise alone, is finite and ends where it should") {
    const schedules::one_cycle falling{.steps = 8, .rising = 0}, rising{.steps = 8, .rising = 1}, single{.steps = 1};
    CHECK(falling(1) == 1);
    CHECK(falling(8) == doctest::Approx(4e-6));
    CHECK(rising(1) == doctest::Approx(0.04));
    CHECK(rising(8) == 1);
    CHECK(std::isfinite(single(1)));
}

TEST_CASE("factors compose in a lambda") {
    const auto both = [](std::uint64_t step) {
        return schedules::warm_up<>{.steps = 10}(step)*schedules::step{.every = 20, .gamma = 0.5}(step);
    };
    static_assert(ep::Schedule<decltype(both)>);
    CHECK(both(5) == 0.5);
    CHECK(both(21) == 0.5);
}
