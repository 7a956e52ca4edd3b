// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cmath>
#include <espalier/train/rmsprop.hpp>

#include "against_pytorch.hpp"

namespace ep = espalier;
using against_pytorch::largest_difference;
using against_pytorch::tolerance;

static_assert(ep::Optimizer<ep::rmsprop>);

TEST_CASE_TEMPLATE("rmsprop follows PyTorch for 50 steps", Scalar, float, double) {
    const double limit = tolerance<Scalar>;
    CHECK(largest_difference<Scalar>("rmsprop", 0, ep::rmsprop{}) < limit);
    const ep::rmsprop coasting{.learning_rate = 0.02, .alpha = 0.9, .epsilon = 1e-3, .momentum = 0.8};
    CHECK(largest_difference<Scalar>("rmsprop", 1, coasting) < limit);
    CHECK(largest_difference<Scalar>("rmsprop", 2, ep::rmsprop{.learning_rate = 0.02, .centered = true}) < limit);
    const ep::rmsprop all{.learning_rate = 0.02, .alpha = 0.9, .momentum = 0.5, .centered = true, .weight_decay = 0.1};
    CHECK(largest_difference<Scalar>("rmsprop", 3, all) < limit);
    CHECK(largest_difference<Scalar>("rmsprop", 4, ep::rmsprop{.learning_rate = 0.02, .weight_decay = 1e-2}, 5) <
          limit);
}

TEST_CASE_TEMPLATE("rmsprop leaves the gaps between tensors at zero", Scalar, float, double) {
    CHECK(against_pytorch::leaves_gaps_alone<Scalar>(ep::rmsprop{.momentum = 0.9, .centered = true}));
    CHECK(against_pytorch::leaves_gaps_alone<Scalar>(ep::rmsprop{.weight_decay = 0.1}));
}

TEST_CASE_TEMPLATE("a steady gradient, whose variance rounds to below zero, gives no NaN", Scalar, float, double) {
    ep::storage::in_place<Scalar, 16> parameters, gradient;
    ep::storage::in_place<Scalar, 48> slots;
    for (int i = 0; i < 16; ++i) gradient.data()[i] = Scalar(0.1) + Scalar(0.37) * static_cast<Scalar>(i);
    const ep::rmsprop rule{.alpha = 0.5, .centered = true};
    for (std::uint64_t step = 1; step <= 200; ++step) {
        rule.step(parameters.data(), gradient.data(), slots.data(), 16, {.step = step});
    }
    for (int i = 0; i < 16; ++i) CHECK(std::isfinite(parameters.data()[i]));
}
