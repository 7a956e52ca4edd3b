// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/train/adam.hpp>

#include "against_pytorch.hpp"

namespace ep = espalier;
using against_pytorch::largest_difference;
using against_pytorch::tolerance;

static_assert(ep::Optimizer<ep::adam> && ep::Optimizer<ep::adamw>);
static_assert(ep::adam{.learning_rate = 1e-3f}.beta2 == 0.999);

TEST_CASE_TEMPLATE("adam follows PyTorch for 50 steps", Scalar, float, double) {
    const double limit = tolerance<Scalar>;
    CHECK(largest_difference<Scalar>("adam", 0, ep::adam{}) < limit);
    const ep::adam quick{.learning_rate = 0.05, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3};
    CHECK(largest_difference<Scalar>("adam", 1, quick) < limit);
    CHECK(largest_difference<Scalar>("adam", 2, ep::adam{.learning_rate = 0.05, .weight_decay = 0.1}) < limit);
    CHECK(largest_difference<Scalar>("adam", 3, ep::adam{.learning_rate = 0.05}, 5) < limit);
}

TEST_CASE_TEMPLATE("adamw follows PyTorch for 50 steps", Scalar, float, double) {
    const double limit = tolerance<Scalar>;
    CHECK(largest_difference<Scalar>("adamw", 0, ep::adamw{}) < limit);
    const ep::adamw quick{.learning_rate = 0.05, .beta1 = 0.8, .beta2 = 0.95, .epsilon = 1e-3, .weight_decay = 0.3};
    CHECK(largest_difference<Scalar>("adamw", 1, quick) < limit);
    // The decay follows the schedule, too.
    const ep::adamw scheduled{.learning_rate = 0.05, .weight_decay = 0.1};
    const ep::schedules::cosine schedule{.steps = against_pytorch::steps, .minimum = 0.1};
    CHECK(largest_difference<Scalar>("adamw", 2, scheduled, 5, schedule) < limit);
}

TEST_CASE_TEMPLATE("adam and adamw leave the gaps between tensors at zero", Scalar, float, double) {
    CHECK(against_pytorch::leaves_gaps_alone<Scalar>(ep::adam{.weight_decay = 0.1}));
    CHECK(against_pytorch::leaves_gaps_alone<Scalar>(ep::adamw{}));
}
