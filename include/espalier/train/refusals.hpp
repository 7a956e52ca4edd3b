// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/run/refusals.hpp>
#include <espalier/topology/shapes.hpp>
#include <espalier/train/history.hpp>
#include <espalier/train/optimizer.hpp>

/// What a compiler prints where a training is called with other arguments than it takes.
namespace espalier::diagnostics {

template <class Result, class Found>
struct fit_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "fit takes (parameters, data set, {.epochs = …}); arrays go into ep::dataset{x, y}");
};
template <class Result, class Found>
struct fit_of_constant : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "fit changes the parameters or the state that it is given: they are no constants or temporaries");
};
template <class Result, class Found>
struct fit_option_differs : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "an option of fit has another name or type: .epochs, .validation is a data set of the same kind, "
                  ".from = ep::seed{1}, .early_stopping = {{.patience = 5}}, .on_epoch takes (ep::epoch_report&)");
};

struct another_type;

template <class Result, class Found>
struct step_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "a step of an optimizer's state takes (optimizer, parameters, gradients); it changes the parameters, "
                  "so they are not const");
};
template <class Result, class Found>
struct train_step_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>,
                  "train_step takes (parameters, x, y, loss, optimizer, state, gradients, workspace[, options])");
};
template <class Result, class Found>
struct train_step_of_constant : stand_in<Result> {
    static_assert(
        arguments_agree<Found>,
        "train_step changes parameters, state, gradients and workspace: they are no constants or temporaries");
};

template <class Result, class Found>
struct evaluation_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>, "evaluate takes (parameters, data set, loss), e.g. ep::mse as the loss");
};

template <class Given>
inline constexpr bool makes_a_trainer = false;

/// Of states of the wrong things: whatever is wrong, they are of Type.
struct any_state {
    static constexpr bool reported = true;
    template <class Type>
    using then = Type;
};
template <class Found>
struct state_of_what : any_state {
    static_assert(arguments_agree<Found>,
                  "a state takes the types of a network and of an optimizer: optimizer_state<Net, ep::adam>");
};
template <class Found>
struct optimizer_without_slots : any_state {
    static_assert(
        arguments_agree<Found>,
        "this optimizer lacks its member slots: static constexpr std::size_t slots = 1, vectors that it keeps");
};
template <class Found>
struct optimizer_without_step : any_state {
    static_assert(arguments_agree<Found>,
                  "this optimizer lacks its member step(parameters, gradient, slots, count, update) const of float and "
                  "double: see train/optimizer.hpp");
};

template <class Found>
struct optimizer_without_copies : any_state {
    static_assert(arguments_agree<Found>,
                  "an optimizer is copied: give it no member that cannot be, such as a unique_ptr");
};

template <class Rule>
constexpr auto verdict_on_optimizer() {
    constexpr bool has_slots = requires {
        { Rule::slots } -> std::same_as<const std::size_t&>;
    };
    if constexpr (!has_slots)
        return std::type_identity<optimizer_without_slots<Rule>>{};
    else if constexpr (!std::copy_constructible<Rule>)
        return std::type_identity<optimizer_without_copies<Rule>>{};
    else
        return std::type_identity<optimizer_without_step<Rule>>{};
}
template <class Net, class Rule>
constexpr auto verdict_on_state() {
    if constexpr (Network<Net> && Optimizer<Rule>)
        return std::type_identity<findings_in<Net>>{};
    else if constexpr (Network<Net> && OptimizerInPart<Rule>)
        return verdict_on_optimizer<Rule>();
    else
        return std::type_identity<state_of_what<receives<name_of<Net>, name_of<Rule>>>>{};
}
/// What was found in the arguments of a state.
template <class Net, class Rule>
using findings_in_state = typename decltype(verdict_on_state<Net, Rule>())::type;

/// Anything, in the role of Given.
template <class Given>
struct argument {
    template <class Any>
    constexpr argument(const Any&) {}
};

}  // namespace espalier::diagnostics
