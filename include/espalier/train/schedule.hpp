// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <numbers>

namespace espalier {

/// A schedule is a pure function of the step, which counts from 1 as update::step does, to the FACTOR by which the
/// optimizer's learning rate is multiplied in that step (update::learning_rate_scale). Being factors, schedules
/// compose: a lambda that multiplies two of them is a schedule.
template <class Type>
concept Schedule = std::copy_constructible<Type> && requires(const Type& schedule, std::uint64_t step) {
    { schedule(step) } -> std::convertible_to<double>;
};

namespace detail {

/// From `from` at share 0 to `to` at share 1 along half a cosine wave.
inline double cosine_between(double from, double to, double share) {
    return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * share));
}

}  // namespace detail

namespace schedules {

/// The same factor at every step.
struct constant {
    double factor = 1;

    double operator()(std::uint64_t) const { return factor; }
};

/// gamma to the number of completed periods of `every` steps (torch StepLR).
struct step {
    std::uint64_t every = 1;
    double gamma = 0.1;

    double operator()(std::uint64_t number) const {
        return std::pow(gamma, static_cast<double>((number - 1) / std::max<std::uint64_t>(every, 1)));
    }
};

/// From 1 at the first step to `minimum`, a share of the learning rate, after `steps` steps, along half a cosine wave
/// (Loshchilov and Hutter, SGDR, ICLR 2017, eq. 5; torch CosineAnnealingLR with T_max = steps). Then stays there.
struct cosine {
    std::uint64_t steps = 1;
    double minimum = 0;

    double operator()(std::uint64_t step) const {
        if (step > steps) return minimum;
        return detail::cosine_between(1, minimum, static_cast<double>(step - 1) / static_cast<double>(steps));
    }
};

/// Rises linearly during `steps` steps, from 1/steps to all of the first factor of `next`, which then runs from its
/// own step 1 (Goyal et al. 2017, section 2.2): `warm_up{.steps = 100, .next = cosine{.steps = 900}}`.
template <Schedule Next = constant>
struct warm_up {
    std::uint64_t steps = 0;
    Next next = {};

    double operator()(std::uint64_t step) const {
        if (step > steps) return next(step - steps);
        return static_cast<double>(step) / static_cast<double>(steps) * next(1);
    }
};

/// One cycle (Smith and Topin 2017; torch OneCycleLR with cosine annealing and learning_rate as max_lr): from
/// 1/initial_divisor up to 1 during the `rising` share of `steps`, then down to 1/(initial_divisor · final_divisor)
/// at the last step, and stays there. The momentum is left alone.
struct one_cycle {
    std::uint64_t steps = 1;
    double rising = 0.3;
    double initial_divisor = 25;
    double final_divisor = 1e4;

    double operator()(std::uint64_t step) const {
        const double initial = 1 / initial_divisor, lowest = initial / final_divisor;
        const auto at = static_cast<double>(step) - 1, last = static_cast<double>(steps) - 1;
        const double peak = rising * static_cast<double>(steps) - 1;
        if (at <= peak && peak > 0) return detail::cosine_between(initial, 1, at / peak);
        if (at >= last) return lowest;
        return detail::cosine_between(1, lowest, (at - std::max(peak, 0.0)) / (last - std::max(peak, 0.0)));
    }
};

}  // namespace schedules
}  // namespace espalier
