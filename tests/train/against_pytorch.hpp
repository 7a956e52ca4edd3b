// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <espalier/core/storage.hpp>
#include <espalier/io/npy.hpp>
#include <espalier/train/clip.hpp>
#include <espalier/train/optimizer.hpp>
#include <espalier/train/schedule.hpp>
#include <limits>
#include <string>

#include "../folders.hpp"

/// What the tests of the optimizers share: the 50 steps of tests/reference/optimizers.py.
namespace against_pytorch {

inline constexpr std::size_t steps = 50;
inline constexpr std::size_t size = 32;

template <std::size_t Rank>
auto load(const std::string& name) {
    return espalier::io::load_npy<double, Rank>(in_tests("reference/") + name + ".npy");
}

/// The rounding that 50 steps may gather, relative to the larger of 1 and the parameter.
template <class Scalar>
inline constexpr double tolerance = sizeof(Scalar) == sizeof(float) ? 1e-5 : 1e-12;

/// Largest difference, over all steps and parameters, between an optimizer's path and that of PyTorch's variant.
template <class Scalar, espalier::Optimizer Optimizer, espalier::Schedule Schedule = espalier::schedules::constant>
double largest_difference(const std::string& name, std::size_t variant, const Optimizer& optimizer,
                          double max_norm = std::numeric_limits<double>::infinity(), const Schedule& schedule = {}) {
    const auto initial = load<1>("optimizers_initial");
    const auto gradients = load<2>("optimizers_gradients");
    const auto expected = load<3>("optimizers_" + name);

    espalier::storage::in_place<Scalar, size> parameters, gradient;
    espalier::storage::in_place<Scalar, size * Optimizer::slots> slots;
    for (std::size_t i = 0; i < size; ++i) parameters.data()[i] = static_cast<Scalar>(initial(i));
    double largest = 0;
    for (std::size_t step = 0; step < steps; ++step) {
        for (std::size_t i = 0; i < size; ++i) gradient.data()[i] = static_cast<Scalar>(gradients(step, i));
        const double norm = espalier::global_norm(gradient.data(), size);
        optimizer.step(parameters.data(), gradient.data(), slots.data(), size,
                       {.step = step + 1,
                        .learning_rate_scale = schedule(step + 1),
                        .gradient_scale = espalier::clip_scale(norm, max_norm)});
        for (std::size_t i = 0; i < size; ++i) {
            const double reference = expected(variant, step, i);
            const double difference = std::abs(static_cast<double>(parameters.data()[i]) - reference);
            if (std::isnan(difference)) return difference;
            largest = std::max(largest, difference / std::max(1.0, std::abs(reference)));
        }
    }
    return largest;
}

/// Whether a tensor's gap, where parameters, gradient and slots are zero, is still zero after three steps.
template <class Scalar, espalier::Optimizer Optimizer>
bool leaves_gaps_alone(const Optimizer& optimizer) {
    espalier::storage::in_place<Scalar, size> parameters, gradient;
    espalier::storage::in_place<Scalar, size * Optimizer::slots> slots;
    parameters.data()[0] = gradient.data()[0] = Scalar(1);
    for (std::uint64_t step = 1; step <= 3; ++step) {
        optimizer.step(parameters.data(), gradient.data(), slots.data(), size, {.step = step});
    }
    return parameters.data()[0] != Scalar(1) &&
           std::all_of(parameters.data() + 1, parameters.data() + size, [](Scalar p) { return p == Scalar(0); });
}

}  // namespace against_pytorch
