// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "small_network.hpp"

#include <espalier/core/random.hpp>
#include <espalier/run/initializers.hpp>
#include <espalier/topology/dsl.hpp>
#include <espalier/train/dataset.hpp>
#include <espalier/train/training_state.hpp>
#include <xtensor/xtensor.hpp>

namespace ep = espalier;
namespace io = espalier::io;

/// A network with state, coins and a frozen part.
inline constexpr auto mixed = ep::input<5> >> ep::dense<4> >> ep::batch_norm<> >> ep::prelu<> >> ep::dropout<0.25> >>
                              ep::frozen(ep::dense<4>) >> ep::tanh >> ep::dense<2>;
using Mixed = ep::network_t<mixed>;
template <class Scalar = float>
using set_of = ep::dataset<Scalar, xt::xtensor<Scalar, 2>>;

/// Rows that a network can learn something of.
template <class Scalar = float>
set_of<Scalar> noise(std::size_t rows, std::uint64_t from) {
    ep::random_stream stream(ep::seed{from}, "noise");
    auto x = xt::xtensor<Scalar, 2>::from_shape({rows, 5});
    auto y = xt::xtensor<Scalar, 2>::from_shape({rows, 2});
    for (Scalar& each : x) each = stream.normal<Scalar>();
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < 2; ++j) y(i, j) = x(i, j) * x(i, j + 1) + stream.normal<Scalar>();
    return {x, y};
}

template <class Rule, class Scalar = float>
using state_of = ep::training_state<Mixed, Rule, Scalar>;

template <class Rule, class Scalar = float>
state_of<Rule, Scalar> fresh() {
    return state_of<Rule, Scalar>(ep::initialize<Mixed, Scalar>(ep::seed{1}));
}

/// All bits but the seconds.
template <class Net, class Rule, class Scalar>
bool same(const ep::training_state<Net, Rule, Scalar>& left, const ep::training_state<Net, Rule, Scalar>& right) {
    const std::size_t bytes = left.optimizer.size() * sizeof(Scalar);
    bool equal = same_bits(left.parameters.flat(), right.parameters.flat()) &&
                 std::memcmp(left.optimizer.slots(), right.optimizer.slots(), bytes) == 0 &&
                 left.optimizer.steps() == right.optimizer.steps() && left.from.value == right.from.value &&
                 same_bits(left.best_parameters, right.best_parameters) && left.has_best == right.has_best &&
                 left.past.best_epoch == right.past.best_epoch && left.past.stopped_early == right.past.stopped_early &&
                 left.past.epochs.size() == right.past.epochs.size();
    for (std::size_t i = 0; equal && i < left.past.epochs.size(); ++i) {
        const auto fields = [](const ep::epoch_record& each) {
            return std::array{static_cast<double>(each.epoch), each.training_loss, each.validation_loss,
                              each.validation_accuracy, each.learning_rate_scale};
        };
        equal = same_bits(fields(left.past.epochs[i]), fields(right.past.epochs[i]));
    }
    return equal;
}
