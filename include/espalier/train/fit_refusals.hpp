// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/train/dataset.hpp>
#include <espalier/train/fit_options.hpp>
#include <espalier/train/refusals.hpp>
#include <espalier/train/training_state.hpp>

namespace espalier {

namespace detail {

/// Options of any types, so that a list with a wrong one finds a function that says so; and beside each what it is
/// called elsewhere, or by mistake. Of a list with another name only the compiler can speak.
struct any_option {
    template <class Given>
    any_option(const Given&) {}
    any_option(const espalier::early_stopping&) {}
};
struct any_options {
    any_option epochs = 0, epoch = 0, validation = 0, validation_set = 0, validation_data = 0, validation_split = 0,
               from = 0, seed = 0, shuffle = 0, rows_per_step = 0, batch = 0, batch_size = 0, learning_rate = 0,
               clip_norm = 0, clip = 0, early_stopping = 0, early_stop = 0, patience = 0, on_epoch = 0, callback = 0,
               callbacks = 0, progress = 0, verbose = 0, output = 0;
};

/// Whether arguments before the options are those of a fit.
template <class... Given>
inline constexpr bool are_trained = false;
template <class First, class Set>
inline constexpr bool are_trained<First, Set> = (Parameters<First> || TrainingState<First>) && DataSet<Set>;
template <class First, class State, class Set>
inline constexpr bool are_trained<First, State, Set> = Parameters<First> && OptimizerState<State> && DataSet<Set>;

/// What trainer::fit says of arguments that it does not take. Functions of a base: they need nothing of the trainer.
class fit_refusals {
    template <class... Given>
    using what = diagnostics::fit_of_what<history, diagnostics::receives<diagnostics::name_of<Given>...>>;
    template <class Given>
    using constant = diagnostics::fit_of_constant<history, diagnostics::receives<diagnostics::name_of<Given>>>;
    using option = diagnostics::fit_option_differs<history, diagnostics::receives<diagnostics::another_type>>;

public:
    what<> fit() const;
    template <class Only>
    what<Only> fit(const Only&) const;
    template <class First, class Second>
        requires(!are_trained<First, Second>)
    what<First, Second> fit(const First&, const Second&) const;
    // Three tell enough, and make a line that is not too long.
    template <class First, class Second, class Third, class... Rest>
        requires(!are_trained<First, Second, Third, Rest...>)
    what<First, Second, Third> fit(const First&, const Second&, const Third&, const Rest&...) const;
    template <class First, class Second>
        requires(!are_trained<First, Second>)
    what<First, Second> fit(const First&, const Second&, const any_options&) const;
    template <class First, class Second, class Third>
        requires(!are_trained<First, Second, Third>)
    what<First, Second, Third> fit(const First&, const Second&, const Third&, const any_options&) const;

    template <class Net, class Scalar, class Storage, class T, class Target>
    constant<parameters<Net, Scalar, Storage>> fit(const parameters<Net, Scalar, Storage>&, const dataset<T, Target>&,
                                                   const fit_options<dataset<T, Target>>& = {}) const;
    template <class Net, class Scalar, class Storage, class StateNet, class Rule, class StateScalar, class T,
              class Target>
    constant<optimizer_state<StateNet, Rule, StateScalar>> fit(const parameters<Net, Scalar, Storage>&,
                                                               const optimizer_state<StateNet, Rule, StateScalar>&,
                                                               const dataset<T, Target>&,
                                                               const fit_options<dataset<T, Target>>& = {}) const;
    template <class Net, class Rule, class Scalar, class T, class Target>
    constant<training_state<Net, Rule, Scalar>> fit(const training_state<Net, Rule, Scalar>&, const dataset<T, Target>&,
                                                    const fit_options<dataset<T, Target>>& = {}) const;

    option fit(const any_option&, const any_option&, const any_options&) const;
    option fit(const any_option&, const any_option&, const any_option&, const any_options&) const;
};

/// Of a trainer that is none: it has been refused already.
struct fit_of_anything {
    history fit(const any_option&, const any_option&, const any_options& = {}) const;
    history fit(const any_option&, const any_option&, const any_option&, const any_options& = {}) const;
};

}  // namespace detail

}  // namespace espalier
