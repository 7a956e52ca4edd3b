// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/layer/activations.hpp>
#include <espalier/layer/written.hpp>
#include <espalier/topology/network.hpp>

namespace espalier {

/// The start of a learned parameter of an activation.
template <double Start>
struct learned_start {};
template <class>
inline constexpr bool is_start = false;
template <double Start>
inline constexpr bool is_start<learned_start<Start>> = true;
template <auto... Arguments>
struct unusable_start {};
template <class>
inline constexpr bool is_unusable_start = false;
template <auto... Arguments>
inline constexpr bool is_unusable_start<unusable_start<Arguments...>> = true;
/// A learned parameter and its start: `learned<0.25>`. Of anything but one number `activation` says so.
template <auto... Arguments>
inline constexpr unusable_start<Arguments...> learned{};
template <auto Start>
    requires layer::Number<Start>
inline constexpr learned_start<static_cast<double>(Start)> learned<Start>{};

namespace diagnostics {

template <class... Given>
inline constexpr bool are_starts = false;

}  // namespace diagnostics

/// An activation of your own, as an expression of z: `activation([](auto z) { return z * tanh(softplus(z)); })`.
/// With learned parameters, each with its start: `activation([](auto z, auto p) { return select(z > 0, z, p * z); },
/// learned<0.25>)`. The functions that may occur stand in expression/functions.hpp. A comparison counts as 1 or 0. The
/// lambda captures nothing.
template <class Function, double... Start>
constexpr auto activation(Function, learned_start<Start>...) {
    constexpr bool is_lambda = std::is_class_v<Function>;
    static_assert(is_lambda, "an activation is a lambda of z, e.g. activation([](auto z) { return z * tanh(z); })");
    constexpr bool captures_nothing = std::is_empty_v<Function> && std::is_default_constructible_v<Function>;
    static_assert(!is_lambda || captures_nothing,
                  "the lambda of an activation captures nothing: write numbers into it, or static constexpr ones");
    if constexpr (!captures_nothing) {
        return layer::identity{};  // one mistake, one error
    } else {
        // A second argument is looked for without a call, so that a mistake within the lambda is its only error.
        constexpr bool takes_z = sizeof...(Start) > 0 || !requires {
            &Function::template operator()<expression::variable, expression::variable>;
        };
        static_assert(takes_z, "an activation takes one learned<start> for each parameter after z");
        if constexpr (!takes_z) {
            return layer::identity{};
        } else if constexpr (sizeof...(Start) == 0) {
            // Not by tree_of, as below: it would be one more in the list of instantiations of a mistake in the lambda.
            constexpr bool takes_an_expression = [] {
#ifdef __clang__
                // It adds the question to the list; g++ has five errors for a mistake that was not asked for.
                if constexpr (!requires { &Function::operator(); })
                    return true;
                else
#endif
                    return requires { Function{}(expression::variable{}); };
            }();
            if constexpr (takes_an_expression) {
                // Of a lambda with a mistake clang forgets this variable, and says no more.
                constexpr std::type_identity<decltype(Function{}(expression::variable{}))> tree;
                using tree_type = typename decltype(tree)::type;
                constexpr bool is_tree = expression::Expression<tree_type>;
                static_assert(
                    is_tree,
                    "an activation returns an expression of its argument, e.g. z * tanh(softplus(z)) without std::");
                constexpr bool takes_powers = !expression::contains<tree_type, expression::refused_power>;
                static_assert(takes_powers, "an integer power is pow<n>(x); any other, of x > 0, is exp(y * log(x))");
                constexpr bool has_conditions = !expression::contains<tree_type, expression::refused_condition>;
                static_assert(has_conditions, "select takes a condition first, e.g. select(z > 0, z, 0)");
                if constexpr (is_tree && takes_powers && has_conditions) {
                    // Asked without a constant of its own, whose initialiser would be another error.
                    constexpr bool is_constant = __builtin_constant_p((Function{}(expression::variable{}), 0));
                    static_assert(is_constant,
                                  "an activation is a constant expression: constexpr numbers, functions without std::, "
                                  "select(z > 0, a, b) for if, ?:, && and ==");
                    if constexpr (is_constant)
                        return layer::activation<Function{}(expression::variable{})>{};
                    else
                        return layer::identity{};
                } else {
                    return layer::identity{};
                }
            } else {
                return layer::no_layer<Function>{};  // which network_t reports
            }
        } else {
            using tree_type = decltype(expression::tree_of<Function, sizeof...(Start)>());
            constexpr bool takes_them = !std::is_same_v<tree_type, expression::none>;
            static_assert(takes_them, "an activation takes one learned<start> for each parameter after z");
            constexpr bool is_tree = !takes_them || expression::Expression<tree_type>;
            static_assert(is_tree,
                          "an activation returns an expression of its arguments, e.g. z * tanh(p * z), without std::");
            constexpr bool takes_powers = !expression::contains<tree_type, expression::refused_power>;
            static_assert(takes_powers, "an integer power is pow<n>(x); any other, of x > 0, is exp(y * log(x))");
            constexpr bool has_conditions = !expression::contains<tree_type, expression::refused_condition>;
            static_assert(has_conditions, "select takes a condition first, e.g. select(z > 0, z, 0)");
            if constexpr (takes_them && is_tree && takes_powers && has_conditions) {
                // Asked without a constant of its own, whose initialiser would be another error.
                constexpr bool is_constant =
                    __builtin_constant_p((expression::tree_of<Function, sizeof...(Start)>(), 0));
                static_assert(is_constant,
                              "an activation is a constant expression: constexpr numbers, functions without std::, "
                              "select(z > 0, a, b) for if, ?:, && and ==");
                if constexpr (is_constant)
                    return layer::activation<expression::tree_of<Function, sizeof...(Start)>(), Start...>{};
                else
                    return layer::identity{};
            } else {
                return layer::identity{};
            }
        }
    }
}

/// Of other starts.
template <class Function, class... Given>
    requires(!is_start<Given> || ...) &&
            ((is_start<Given> || is_unusable_start<Given> || std::is_arithmetic_v<Given>) && ...)
constexpr layer::identity activation(Function, Given...) {
    static_assert(diagnostics::are_starts<Given...>, "the starts of learned parameters are numbers: learned<0.25>");
    return {};
}

}  // namespace espalier
