// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/raise.hpp>
#include <espalier/run/diagnostics.hpp>
#include <espalier/run/parameters.hpp>
#include <espalier/run/pass.hpp>
#include <espalier/run/run_batch.hpp>
#include <espalier/run/targets.hpp>
#include <espalier/run/workspace.hpp>

namespace espalier {

namespace detail {

template <class Net, class Workspace, class Scalar, class Batch>
auto start_step(const Scalar* parameters, const Batch& x, const coins& tossed, Workspace& memory) {
    using plan_type = typename Workspace::plan_type;
    const auto rows = rows_of(x, input_shape<Net>, "x");
    if (rows.rows == 0 || rows.rows > plan_type::batch)
        raise<shape_error>({"x: expected 1 to ", std::size_t{plan_type::batch}, " rows, found ", rows.rows});
    return pass<plan_type, Scalar, true>{parameters, rows.data, rows.rows, memory.data(), tossed};
}

}  // namespace detail

/// The mean loss over a batch, and its gradient with respect to every parameter that trains; those of frozen layers
/// are not touched.
///
/// x [rows][input shape…] and y (class indices [rows], or values [rows][outputs]) are the caller's: xtensor
/// containers or spans, row-major, 1 ≤ rows ≤ the workspace's batch. Nothing is allocated. A network with dropout
/// takes `coins` that differ from step to step. Throws shape_error where a shape or label does not fit, before
/// anything is written.
template <Network Net, class Scalar, class ParameterStorage, class Batch, class Target, class Function,
          class GradientNet, class GradientScalar, class GradientStorage, class Workspace>
auto value_and_gradient(const parameters<Net, Scalar, ParameterStorage>& at, const Batch& x, const Target& y,
                        const Function& loss, gradients<GradientNet, GradientScalar, GradientStorage>& gradient,
                        Workspace& memory, const coins& tossed) ->
    typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet, GradientScalar, Workspace, false,
                                 true>::type {
    using answer = typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet, GradientScalar,
                                                Workspace, false, true>::type;
    if constexpr (std::is_same_v<answer, Scalar>) {
        const auto step = detail::start_step<Net>(at.data(), x, tossed, memory);
        const auto targets = detail::targets_of<Scalar, output_size<Net>, Function>(y, step.rows);
        return detail::run_batch(step, loss, targets, gradient.data());
    } else {
        return {};
    }
}
template <Network Net, class Scalar, class ParameterStorage, class Batch, class Target, class Function,
          class GradientNet, class GradientScalar, class GradientStorage, class Workspace>
auto value_and_gradient(const parameters<Net, Scalar, ParameterStorage>& at, const Batch& x, const Target& y,
                        const Function& loss, gradients<GradientNet, GradientScalar, GradientStorage>& gradient,
                        Workspace& memory) ->
    typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet, GradientScalar, Workspace, false,
                                 false>::type {
    using answer = typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet, GradientScalar,
                                                Workspace, false, false>::type;
    if constexpr (std::is_same_v<answer, Scalar>)
        return value_and_gradient(at, x, y, loss, gradient, memory, coins{});
    else
        return {};
}

/// The same, with the gradient with respect to x as well, into x_gradient [rows][input shape…]; the workspace is one
/// for request::both.
template <Network Net, class Scalar, class ParameterStorage, class Batch, class Target, class Function,
          class GradientNet, class GradientScalar, class GradientStorage, class InputGradient, class Workspace>
auto value_and_gradients(const parameters<Net, Scalar, ParameterStorage>& at, const Batch& x, const Target& y,
                         const Function& loss, gradients<GradientNet, GradientScalar, GradientStorage>& gradient,
                         InputGradient& x_gradient, Workspace& memory, const coins& tossed) ->
    typename detail::both_answer<Scalar, InputGradient,
                                 typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet,
                                                              GradientScalar, Workspace, true, true>::type>::type {
    using answer =
        typename detail::both_answer<Scalar, InputGradient,
                                     typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet,
                                                                  GradientScalar, Workspace, true, true>::type>::type;
    if constexpr (std::is_same_v<answer, Scalar>) {
        const auto step = detail::start_step<Net>(at.data(), x, tossed, memory);
        const auto targets = detail::targets_of<Scalar, output_size<Net>, Function>(y, step.rows);
        const auto to = rows_of(x_gradient, input_shape<Net>, "x_gradient");
        if (to.rows != step.rows)
            detail::raise<shape_error>({"x_gradient: expected ", step.rows, " rows, found ", to.rows});
        const Scalar value = detail::run_batch(step, loss, targets, gradient.data());
        kernel::unpack_rows<Scalar, input_size<Net>>(step.delta(0), step.rows, to.data);
        return value;
    } else {
        return {};
    }
}
template <Network Net, class Scalar, class ParameterStorage, class Batch, class Target, class Function,
          class GradientNet, class GradientScalar, class GradientStorage, class InputGradient, class Workspace>
auto value_and_gradients(const parameters<Net, Scalar, ParameterStorage>& at, const Batch& x, const Target& y,
                         const Function& loss, gradients<GradientNet, GradientScalar, GradientStorage>& gradient,
                         InputGradient& x_gradient, Workspace& memory) ->
    typename detail::both_answer<Scalar, InputGradient,
                                 typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet,
                                                              GradientScalar, Workspace, true, false>::type>::type {
    using answer =
        typename detail::both_answer<Scalar, InputGradient,
                                     typename detail::step_answer<Net, Scalar, Batch, Target, Function, GradientNet,
                                                                  GradientScalar, Workspace, true, false>::type>::type;
    if constexpr (std::is_same_v<answer, Scalar>)
        return value_and_gradients(at, x, y, loss, gradient, x_gradient, memory, coins{});
    else
        return {};
}

namespace detail {

/// Whether arguments are of the kinds that value_and_gradient takes.
template <class... Given>
inline constexpr bool are_differentiated = false;
template <class First, class Batch, class Target, class Function, class Gradient, class Memory, class... Coins>
    requires(sizeof...(Coins) <= 1)
inline constexpr bool are_differentiated<First, Batch, Target, Function, Gradient, Memory, Coins...> =
    Parameters<First> && Gradients<Gradient> && Workspace<Memory>;

/// What is found in others.
template <class First, class...>
struct gradient_arguments {
    using type = diagnostics::receives<diagnostics::name_of<First>>;
};
template <Parameters First, class Batch, class Target, class... Rest>
struct gradient_arguments<First, Batch, Target, Rest...> {
    using type = diagnostics::from_the_fourth_on<diagnostics::name_of<Rest>...>;
};
template <class... Given>
using gradient_of_others = diagnostics::gradient_of_what<float, typename gradient_arguments<Given...>::type>;
template <class... Given>
using gradients_of_others = diagnostics::gradients_of_what<float, typename gradient_arguments<Given...>::type>;

/// Whether arguments are of the kinds that value_and_gradients takes: those of value_and_gradient and one more.
template <class... Given>
inline constexpr bool are_both_differentiated = false;
template <class First, class Batch, class Target, class Function, class Gradient, class InputGradient, class... Rest>
inline constexpr bool are_both_differentiated<First, Batch, Target, Function, Gradient, InputGradient, Rest...> =
    are_differentiated<First, Batch, Target, Function, Gradient, Rest...>;

}  // namespace detail

/// Any other call says what value_and_gradient takes.
template <diagnostics::Ours First, class... Rest>
    requires(diagnostics::ShowsWhich<Rest...> && !detail::are_differentiated<First, Rest...>)
auto value_and_gradient(const First&, const Rest&...) -> detail::gradient_of_others<First, Rest...>;
template <diagnostics::Ours First>
auto value_and_gradient(const First&, const diagnostics::anything&, const diagnostics::anything&,
                        const diagnostics::anything&) -> detail::gradient_of_others<First>;
template <diagnostics::Ours First, class Batch, class Target, class Function, class Gradient, class Memory>
    requires(!detail::are_differentiated<First, Batch, Target, Function, Gradient, Memory>)
auto value_and_gradient(const First&, const Batch&, const Target&, const Function&, const Gradient&, const Memory&,
                        const coins&) -> detail::gradient_of_others<First, Batch, Target, Function, Gradient, Memory>;
template <class Net, class Scalar, class Storage, class Batch, class Target, class Function, class GradientNet,
          class GradientScalar, class GradientStorage, detail::Workspace Memory>
auto value_and_gradient(const parameters<Net, Scalar, Storage>&, const Batch&, const Target&, const Function&,
                        const gradients<GradientNet, GradientScalar, GradientStorage>&, const Memory&,
                        const coins& = {}) -> diagnostics::gradient_into_constant<Scalar, diagnostics::receives<>>;

/// Of value_and_gradients.
template <diagnostics::Ours First, class... Rest>
    requires(diagnostics::ShowsWhich<Rest...> && !detail::are_both_differentiated<First, Rest...>)
auto value_and_gradients(const First&, const Rest&...) -> detail::gradients_of_others<First, Rest...>;
template <diagnostics::Ours First, class Batch, class Target, class Function, class Gradient, class InputGradient,
          class Memory>
    requires(!detail::are_both_differentiated<First, Batch, Target, Function, Gradient, InputGradient, Memory>)
auto value_and_gradients(const First&, const Batch&, const Target&, const Function&, const Gradient&,
                         const InputGradient&, const Memory&, const coins&)
    -> detail::gradients_of_others<First, Batch, Target, Function, Gradient, InputGradient, Memory>;
template <class Net, class Scalar, class Storage, class Batch, class Target, class Function, class GradientNet,
          class GradientScalar, class GradientStorage, class InputGradient, detail::Workspace Memory>
auto value_and_gradients(const parameters<Net, Scalar, Storage>&, const Batch&, const Target&, const Function&,
                         const gradients<GradientNet, GradientScalar, GradientStorage>&, const InputGradient&,
                         const Memory&, const coins& = {})
    -> diagnostics::gradient_into_constant<Scalar, diagnostics::receives<>>;

/// Of a network in place of its type, which need not be told.
template <auto Net, class... Given>
    requires Network<decltype(Net)>
diagnostics::object_for_type<float> value_and_gradient(const Given&...);
template <auto Net, class... Given>
    requires Network<decltype(Net)>
diagnostics::object_for_type<float> value_and_gradients(const Given&...);

}  // namespace espalier
