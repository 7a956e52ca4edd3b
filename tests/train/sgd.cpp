// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/train/sgd.hpp>

#include "against_pytorch.hpp"

namespace ep = espalier;
using against_pytorch::largest_difference;
using against_pytorch::tolerance;

static_assert(ep::Optimizer<ep::sgd>);

TEST_CASE_TEMPLATE("sgd follows PyTorch for 50 steps", Scalar, float, double) {
    const double limit = tolerance<Scalar>;
    CHECK(largest_difference<Scalar>("sgd", 0, ep::sgd{.learning_rate = 0.1}) < limit);
    CHECK(largest_difference<Scalar>("sgd", 1, ep::sgd{.learning_rate = 0.1, .weight_decay = 0.1}) < limit);
    CHECK(largest_difference<Scalar>("sgd", 2, ep::sgd{.learning_rate = 0.1, .momentum = 0.9}) < limit);
    CHECK(largest_difference<Scalar>("sgd", 3, ep::sgd{.learning_rate = 0.1, .momentum = 0.9, .dampening = 0.3}) <
          limit);
    const ep::sgd nesterov{.learning_rate = 0.1, .momentum = 0.9, .nesterov = true, .weight_decay = 1e-2};
    CHECK(largest_difference<Scalar>("sgd", 4, nesterov) < limit);
}

TEST_CASE_TEMPLATE("sgd follows PyTorch with clipping and with a schedule", Scalar, float, double) {
    const ep::sgd momentum{.learning_rate = 0.1, .momentum = 0.9};
    CHECK(largest_difference<Scalar>("sgd", 5, momentum, 5) < tolerance<Scalar>);
    CHECK(largest_difference<Scalar>("sgd", 5, momentum) > 0.1);
    const ep::sgd nesterov{.learning_rate = 0.1, .momentum = 0.8, .nesterov = true};
    const ep::schedules::one_cycle schedule{.steps = against_pytorch::steps};
    CHECK(largest_difference<Scalar>("sgd", 6, nesterov, 1e300, schedule) < tolerance<Scalar>);
}

TEST_CASE_TEMPLATE("sgd leaves the gaps between tensors at zero", Scalar, float, double) {
    CHECK(against_pytorch::leaves_gaps_alone<Scalar>(ep::sgd{.weight_decay = 0.1}));
    CHECK(against_pytorch::leaves_gaps_alone<Scalar>(ep::sgd{.momentum = 0.9, .nesterov = true}));
}

TEST_CASE_TEMPLATE("without momentum the slot is not touched, and may be absent", Scalar, float, double) {
    ep::storage::in_place<Scalar, 16> parameters, gradient;
    gradient.data()[3] = Scalar(2);
    ep::sgd{.learning_rate = 0.5}.step<Scalar>(parameters.data(), gradient.data(), nullptr, 16, {});
    CHECK(parameters.data()[3] == Scalar(-1));
}

TEST_CASE_TEMPLATE("a step of no parameters is nothing", Scalar, float, double) {
    ep::sgd{.momentum = 0.9}.step<Scalar>(nullptr, nullptr, nullptr, 0, {});
}
