// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/run/refusals.hpp>
#include <espalier/train/history.hpp>

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
                  "an option of fit has another type: .validation is a data set of the same kind, .early_stopping = "
                  "{{.patience = 5}}, .from = ep::seed{1}, .on_epoch takes (ep::epoch_report&)");
};

struct another_type;

template <class Result, class Found>
struct evaluation_of_what : stand_in<Result> {
    static_assert(arguments_agree<Found>, "evaluate takes (parameters, data set, loss), e.g. ep::mse as the loss");
};

template <class Given>
inline constexpr bool makes_a_trainer = false;

/// Anything, in the role of Given.
template <class Given>
struct argument {
    template <class Any>
    constexpr argument(const Any&) {}
};

}  // namespace espalier::diagnostics
