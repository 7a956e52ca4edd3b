// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/differentiate.hpp>
#include <espalier/expression/evaluate.hpp>
#include <espalier/expression/record.hpp>
#include <espalier/loss/contract.hpp>
#include <espalier/loss/names.hpp>

namespace espalier::losses {

/// The mean over a sample's outputs of an expression of prediction and target, whose derivative is derived. A
/// batch's loss is the mean over its samples, hence over all elements, as PyTorch's reduction='mean'.
template <auto Expression>
struct elementwise {
    static_assert(expression::Expression<decltype(Expression)>,
                  "a loss returns an expression of prediction and target");

    static constexpr bool takes_labels = false;
    static constexpr bool takes_values = true;

    /// Results: the loss, and its derivative by the prediction.
    static constexpr expression::program code = [] {
        expression::tape tape;
        const expression::index prediction = leaf_of(tape, expression::operation::variable);
        const expression::index loss = record(tape, Expression, expression::binding{.variable = prediction});
        const expression::index results[] = {loss, differentiate(tape, loss, prediction)};
        return extract(tape, results, 2);
    }();

    template <std::size_t Outputs, class Scalar, class Target, class Emit>
    ESPALIER_INLINE simd<Scalar> operator()(predictions<Scalar> prediction, const Target& target, Emit emit) const {
        const simd<Scalar> mean(Scalar{1} / static_cast<Scalar>(Outputs));
        simd<Scalar> sum(Scalar{});
        for (std::size_t output = 0; output < Outputs; ++output) {
            const auto results = expression::evaluate<code, Scalar>(leaves<Scalar>{prediction[output], target[output]});
            sum += results[0];
            emit(output, results[1] * mean);
        }
        return sum * mean;
    }

private:
    template <class Scalar>
    struct leaves {
        simd<Scalar> prediction;
        simd<Scalar> target;

        template <expression::operation Kind, std::size_t>
        ESPALIER_INLINE simd<Scalar> read() const {
            static_assert(Kind == expression::operation::variable || Kind == expression::operation::target,
                          "a loss is an expression of prediction and target alone");
            if constexpr (Kind == expression::operation::target)
                return target;
            else
                return prediction;
        }
    };
};

}  // namespace espalier::losses

namespace espalier {

inline constexpr losses::mse mse{};
inline constexpr losses::mae mae{};
template <auto Delta = 1.0, class Distance = typename diagnostics::huber_distance<Delta>::type>
inline constexpr losses::huber<Distance::value> huber{};
/// With logits: the network ends without a sigmoid.
inline constexpr losses::binary_cross_entropy binary_cross_entropy{};

/// A loss of your own: `loss([](auto prediction, auto target) { return abs(prediction - target); })`. A sample's
/// loss is the mean over its outputs. The lambda captures nothing.
template <class Function>
constexpr auto loss(Function) {
    constexpr bool is_lambda = std::is_class_v<Function>;
    static_assert(is_lambda,
                  "a loss is a lambda of prediction and target, e.g. [](auto p, auto t) { return abs(p - t); }");
    constexpr bool captures_nothing = std::is_empty_v<Function> && std::is_default_constructible_v<Function>;
    static_assert(!is_lambda || captures_nothing,
                  "the lambda of a loss captures nothing: write numbers into it, or static constexpr ones");
    if constexpr (!captures_nothing) {
        return losses::mse{};  // one mistake, one error
    } else {
        constexpr bool takes_both = requires { Function{}(expression::variable{}, expression::target{}); };
        static_assert(takes_both, "a loss is a lambda of prediction and target");
        if constexpr (!takes_both) {
            return losses::mse{};
        } else {
            constexpr std::type_identity<decltype(Function{}(expression::variable{}, expression::target{}))> tree;
            using tree_type = typename decltype(tree)::type;
            constexpr bool is_tree = expression::Expression<tree_type>;
            static_assert(is_tree,
                          "a loss returns an expression of prediction and target, e.g. abs(p - t) without std::");
            constexpr bool takes_powers = !expression::contains<tree_type, expression::refused_power>;
            static_assert(takes_powers, "an integer power is pow<n>(x); any other, of x > 0, is exp(y * log(x))");
            constexpr bool has_conditions = !expression::contains<tree_type, expression::refused_condition>;
            static_assert(has_conditions, "select takes a condition first, e.g. select(p > t, p, t)");
            if constexpr (is_tree && takes_powers && has_conditions) {
                // Asked without a constant of its own, whose initialiser would be another error.
                constexpr bool is_constant =
                    __builtin_constant_p((Function{}(expression::variable{}, expression::target{}), 0));
                static_assert(is_constant,
                              "a loss is a constant expression: constexpr numbers, functions without std::, "
                              "select(p > t, a, b) for if, ?:, && and ==");
                if constexpr (is_constant)
                    return losses::elementwise<Function{}(expression::variable{}, expression::target{})>{};
                else
                    return losses::mse{};
            } else {
                return losses::mse{};
            }
        }
    }
}

}  // namespace espalier
