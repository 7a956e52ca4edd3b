// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <espalier/core/raise.hpp>
#include <espalier/core/random.hpp>
#include <espalier/run/parameters.hpp>
#include <espalier/train/history.hpp>
#include <espalier/train/optimizer_state.hpp>

namespace espalier {

/// Everything that decides how a training goes on: `trainer.fit(state, set, options)` begins it and continues it. Of
/// randomness there is nothing but the seed and the number of steps, which orders and coins are drawn by.
template <class Net, class Rule,  // then looks whether they are a network that fits and an optimizer
          class Scalar = typename diagnostics::findings_in_state<Net, Rule>::template then<float>>
struct training_state {
    static_assert(diagnostics::findings_in_state<Net, Rule>::reported);
};
template <Network Net, Optimizer Rule, class Scalar>
struct training_state<Net, Rule, Scalar> {
    training_state() = default;
    explicit training_state(espalier::parameters<Net, Scalar> start) : parameters(std::move(start)) {}

    espalier::parameters<Net, Scalar> parameters;
    optimizer_state<Net, Rule, Scalar> optimizer;
    history past;
    seed from{0};                         ///< that of the first epoch
    std::vector<Scalar> best_parameters;  ///< of early stopping that restores them; empty if there are none
    bool has_best = false;                ///< `parameters` and `best_parameters` have changed places, since fit ended

    /// Makes ready for another epoch of so many steps.
    void go_on(seed now, std::uint64_t steps) {
        if (past.epochs.empty()) from = now;
        if (from.value != now.value)
            detail::raise<std::invalid_argument>(
                {"training began with the seed ", from.value, " and cannot go on with ", now.value});
        if (!past.epochs.empty() && optimizer.steps() != past.epochs.size() * steps)
            detail::raise<std::invalid_argument>({"training had ", optimizer.steps(), " steps in ", past.epochs.size(),
                                                  " epochs and cannot go on with epochs of ", steps,
                                                  ": other rows or another batch"});
        if (std::exchange(has_best, false))
            std::swap_ranges(best_parameters.begin(), best_parameters.end(), parameters.data());
    }
};

namespace detail {

template <class Net, class Rule, class Scalar>
void as_optimizer_state(const optimizer_state<Net, Rule, Scalar>&);
template <class Net, class Rule, class Scalar>
void as_training_state(const training_state<Net, Rule, Scalar>&);
template <class Type>
concept OptimizerState = requires(const Type& given) { as_optimizer_state(given); };
template <class Type>
concept TrainingState = requires(const Type& given) { as_training_state(given); };

}  // namespace detail

template <class Net, class Rule, class Scalar>
struct diagnostics::named<optimizer_state<Net, Rule, Scalar>> {
    using type = an_optimizer_state;
};
template <class Net, class Rule, class Scalar>
struct diagnostics::named<training_state<Net, Rule, Scalar>> {
    using type = a_training_state;
};

}  // namespace espalier
