// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <optional>

#include <espalier/run/value_and_gradient.hpp>
#include <espalier/train/clip.hpp>
#include <espalier/train/optimizer_state.hpp>

namespace espalier {

struct step_options {
    double learning_rate_scale = 1;  ///< a schedule's factor
    double clip_norm = 0;            ///< > 0: the gradient's global norm is brought down to it
    seed from{0};                    ///< of dropout's coins; the step's number is the optimizer's
};

namespace detail {

/// Moves each stage's parameters as soon as their gradient is complete, while both are in the cache.
template <class Net, class Scalar, class State, class Rule>
struct moving_parameters {
    const Rule& rule;
    State& state;
    Scalar* at;
    const Scalar* gradient;
    const step_options& options;
    std::optional<update>& change;
    std::size_t& descended;  // the stage whose first tensor has moved already

    static constexpr bool moves = Rule::slots <= 1;

    kernel::descent<Scalar> descent([[maybe_unused]] std::size_t stage) const {
        kernel::descent<Scalar> step;
        if constexpr (requires { rule.descent_rate(*change); }) {
            if (!change) return step;
            if (const std::optional<double> rate = rule.descent_rate(*change)) {
                step.moves = true;
                step.rate = static_cast<Scalar>(*rate);
                descended = stage;
            }
        }
        return step;
    }

    bool goes_on(Scalar loss) const {
        if (!std::isfinite(loss)) return false;
        if (moves && options.clip_norm <= 0) change = state.next(options.learning_rate_scale, 1);
        return true;
    }
    ESPALIER_INLINE void after([[maybe_unused]] std::size_t s) const {
        if constexpr (moves) {
            const stage& here = stages<Net>[s];
            if (change && (here.operation_trains || here.activation_trains))
                move(s, first_parameter_tensor<Net>(here.first_layer),
                     first_parameter_tensor<Net>(here.last_layer + 1));
        }
    }

private:
    void move(std::size_t stage, std::size_t first, std::size_t end) const {
        for (std::size_t i = descended == stage ? first + 1 : first; i < end; ++i) {
            const parameter_tensor& tensor = parameter_tensors<Net, Scalar>[i];
            if (tensor.trains)
                state.move(rule, at, gradient, {tensor.offset, aligned_size<Scalar>(tensor.size)}, *change);
        }
    }
};

/// What is wrong with the arguments of train_step, or the scalar that it returns.
template <class Net, class Scalar, class StateNet, class StateScalar, class... Others>
struct train_step_answer {
    static constexpr auto verdict() {
        using namespace diagnostics;
        if constexpr (!same_network<Net, StateNet>)
            return networks_differ<Scalar, Net, StateNet>();
        else if constexpr (!std::is_same_v<Scalar, StateScalar>)
            return std::type_identity<another_scalar<Scalar, parameters_of<Scalar>, receives<StateScalar>>>{};
        else
            return std::type_identity<typename step_answer<Net, Scalar, Others..., false, true>::type>{};
    }
    using type = typename decltype(verdict())::type;
};

}  // namespace detail

/// One step of training on a batch: value_and_gradient, the optimizer's step (with `clip_norm`, of the clipped
/// gradient) and update_statistics, as those calls one after the other. Where the optimizer keeps at most one slot and
/// nothing is clipped, each layer's parameters move right after its own gradient, while both are in the cache; by plain
/// sgd, dense weights that read x itself move before their gradient leaves the registers. `gradient` is then no more
/// than memory for the step. The bits are those of the separate calls, except for such weights with more samples than
/// one panel (128 or more): these round once a panel. Returns the loss before the step; where that is not
/// finite, nothing has moved. Nothing is allocated. Throws shape_error as value_and_gradient does.
template <Network Net, class Scalar, class ParameterStorage, class Batch, class Target, class Function, Optimizer Rule,
          class StateNet, class StateScalar, class GradientNet, class GradientScalar, class GradientStorage,
          class Workspace>
auto train_step(parameters<Net, Scalar, ParameterStorage>& at, const Batch& x, const Target& y, const Function& loss,
                const Rule& rule, optimizer_state<StateNet, Rule, StateScalar>& state,
                gradients<GradientNet, GradientScalar, GradientStorage>& gradient, Workspace& memory,
                const step_options& options = {}) ->
    typename detail::train_step_answer<Net, Scalar, StateNet, StateScalar, Batch, Target, Function, GradientNet,
                                       GradientScalar, Workspace>::type {
    using answer = typename detail::train_step_answer<Net, Scalar, StateNet, StateScalar, Batch, Target, Function,
                                                      GradientNet, GradientScalar, Workspace>::type;
    if constexpr (std::is_same_v<answer, Scalar>) {
        using net = flat_network<Net>;
        using state_type = optimizer_state<StateNet, Rule, StateScalar>;
        const auto step = detail::start_step<Net>(at.data(), x, coins{options.from, state.steps()}, memory);
        const auto targets = detail::targets_of<Scalar, output_size<Net>, Function>(y, step.rows);
        std::optional<update> change;
        std::size_t descended = net::length;
        const Scalar value =
            detail::run_batch(step, loss, targets, gradient.data(),
                              detail::moving_parameters<net, Scalar, state_type, Rule>{
                                  rule, state, at.data(), gradient.data(), options, change, descended});
        if (!std::isfinite(value)) return value;
        if (!change) {
            double scale = 1;
            if (options.clip_norm > 0)
                scale = clip_scale(global_norm(gradient.data(), trained_size<Net, Scalar>), options.clip_norm);
            state.step(rule, at, gradient, options.learning_rate_scale, scale);
        }
        update_statistics(at, gradient);
        return value;
    } else {
        return {};
    }
}

namespace detail {

template <class Type>
concept Changeable = std::is_lvalue_reference_v<Type> && !std::is_const_v<std::remove_reference_t<Type>>;
template <class Type>
concept State = requires(const std::remove_cvref_t<Type>& given) {
    []<class Net, class Rule, class Scalar>(const optimizer_state<Net, Rule, Scalar>&) {}(given);
};

/// Whether arguments are of the kinds that train_step takes, and whether it may change those that it changes.
template <class... Given>
inline constexpr bool are_of_a_step = false;
template <class First, class Batch, class Target, class Function, class Rule, State Memory, class Gradient, class Arena,
          class... Options>
    requires(sizeof...(Options) <= 1)
inline constexpr bool are_of_a_step<First, Batch, Target, Function, Rule, Memory, Gradient, Arena, Options...> =
    Parameters<std::remove_cvref_t<First>> && Gradients<std::remove_cvref_t<Gradient>> &&
    Workspace<std::remove_cvref_t<Arena>>;
template <class... Given>
inline constexpr bool can_change = false;
template <Changeable First, class Batch, class Target, class Function, class Rule, Changeable Memory,
          Changeable Gradient, Changeable Arena, class... Options>
inline constexpr bool can_change<First, Batch, Target, Function, Rule, Memory, Gradient, Arena, Options...> = true;

}  // namespace detail

/// Any other call says what it takes.
template <class First, class... Rest>
    requires(diagnostics::Ours<First> && diagnostics::OneOf<diagnostics::a_loss, diagnostics::name_of<Rest>...> &&
             diagnostics::ShowsWhich<Rest...> && !detail::are_of_a_step<First, Rest...>)
auto train_step(First&&, Rest&&...) -> diagnostics::train_step_of_what<
    float, typename detail::gradient_arguments<std::remove_cvref_t<First>, std::remove_cvref_t<Rest>...>::type>;
template <class First, class... Rest>
    requires(detail::are_of_a_step<First, Rest...> && !detail::can_change<First, Rest...>)
auto train_step(First&&, Rest&&...) -> diagnostics::train_step_of_constant<float, diagnostics::receives<>>;

}  // namespace espalier
