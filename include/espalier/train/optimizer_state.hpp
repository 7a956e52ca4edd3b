// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/run/value_and_gradient.hpp>
#include <espalier/train/optimizer.hpp>
#include <espalier/train/refusals.hpp>

namespace espalier {

namespace detail {

/// Whether arguments are of the kinds that a step takes.
template <class... Given>
inline constexpr bool are_stepped = false;
template <class Rule, class At, class Gradient, class... Scales>
    requires(sizeof...(Scales) <= 2)
inline constexpr bool are_stepped<Rule, At&, Gradient, Scales...> =
    Parameters<At> && !std::is_const_v<At> && Gradients<std::remove_cvref_t<Gradient>> &&
    (std::is_convertible_v<Scales, double> && ...);

}  // namespace detail

/// What an optimizer remembers of one network between steps, and the step itself.
template <class Net, class Rule,  // then looks whether they are a network that fits and an optimizer
          class Scalar = typename diagnostics::findings_in_state<Net, Rule>::template then<float>>
class optimizer_state {
    static_assert(diagnostics::findings_in_state<Net, Rule>::reported);
};
template <Network Net, Optimizer Rule, class Scalar>
class optimizer_state<Net, Rule, Scalar> {
    /// What is wrong with the arguments of a step, or void.
    template <class Given, class ParameterNet, class ParameterScalar, class GradientNet, class GradientScalar>
    static constexpr auto verdict() {
        using namespace diagnostics;
        if constexpr (!detail::same_network<Net, ParameterNet>)
            return detail::networks_differ<void, ParameterNet, Net>();
        else if constexpr (!detail::same_network<Net, GradientNet>)
            return detail::networks_differ<void, Net, GradientNet>();
        else if constexpr (!std::is_same_v<Scalar, ParameterScalar>)
            return std::type_identity<another_scalar<void, parameters_of<ParameterScalar>, receives<Scalar>>>{};
        else if constexpr (!std::is_same_v<Scalar, GradientScalar>)
            return std::type_identity<another_scalar<void, parameters_of<Scalar>, receives<GradientScalar>>>{};
        else if constexpr (!std::is_same_v<Rule, Given>)
            return std::type_identity<another_optimizer<void, takes<Rule>, receives<Given>>>{};
        else
            return std::type_identity<void>{};
    }

public:
    static constexpr std::size_t size() { return Rule::slots * trained_size<Net, Scalar>; }

    /// How many steps have been taken.
    std::uint64_t steps() const { return steps_; }

    /// Changes the parameters in place by one step of the rule, in one pass over the flat vectors; those of frozen
    /// layers and state stay (see update_statistics). `learning_rate_scale` is a schedule's factor, `gradient_scale`
    /// that of clipping. Nothing is allocated.
    template <class Given, class ParameterNet, class ParameterScalar, class ParameterStorage, class GradientNet,
              class GradientScalar, class GradientStorage>
    auto step(const Given& rule, parameters<ParameterNet, ParameterScalar, ParameterStorage>& at,
              const gradients<GradientNet, GradientScalar, GradientStorage>& gradient, double learning_rate_scale = 1,
              double gradient_scale = 1) ->
        typename decltype(verdict<Given, ParameterNet, ParameterScalar, GradientNet, GradientScalar>())::type {
        using answer =
            typename decltype(verdict<Given, ParameterNet, ParameterScalar, GradientNet, GradientScalar>())::type;
        if constexpr (!std::is_same_v<answer, void>) {
            return answer();
        } else {
            const update change = next(learning_rate_scale, gradient_scale);
            for (const parameter_range& range : trained_ranges<Net, Scalar>)
                move(rule, at.data(), gradient.data(), range, change);
        }
    }

    /// Any other call says what it takes.
    template <class... Given>
        requires(!detail::are_stepped<Given...>)
    auto step(Given&&...) -> diagnostics::step_of_what<void, diagnostics::receives<diagnostics::name_of<Given>...>>;

    /// The step in parts: begins it, then moves what lies in a range; all trained ranges have their turn, each once.
    /// With more than one slot, the ranges are trained_ranges.
    update next(double learning_rate_scale, double gradient_scale) {
        return {++steps_, learning_rate_scale, gradient_scale};
    }
    void move(const Rule& rule, Scalar* at, const Scalar* gradient, const parameter_range& range,
              const update& change) {
        rule.step(at + range.offset, gradient + range.offset, slots_.data() + Rule::slots * range.offset, range.count,
                  change);
    }

    /// For each of trained_ranges, [slots][count] from Rule::slots · offset on.
    Scalar* slots() { return slots_.data(); }
    const Scalar* slots() const { return slots_.data(); }

    /// For a state whose slots came from elsewhere: how many steps they stand for.
    void set_steps(std::uint64_t steps) { steps_ = steps; }

private:
    storage::heap<Scalar, size()> slots_;
    std::uint64_t steps_ = 0;
};

}  // namespace espalier
