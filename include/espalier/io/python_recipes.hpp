// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <espalier/loss/elementwise.hpp>
#include <espalier/loss/softmax_cross_entropy.hpp>
#include <espalier/train/adam.hpp>
#include <espalier/train/rmsprop.hpp>
#include <espalier/train/sgd.hpp>

/// Losses and optimizers that are chosen at run time, by name: one type stands for all, so that a module compiles one
/// trainer and not one for each pair.
namespace espalier::io::detail {

template <class Choice>
struct named {
    std::string_view name;
    Choice choice;
};

/// The choice of that name; std::invalid_argument lists the names that there are.
template <class Choice>
const Choice& by_name(const std::vector<named<Choice>>& all, std::string_view name, std::string_view what) {
    std::string names;
    for (const named<Choice>& each : all) {
        if (each.name == name) return each.choice;
        names.append(names.empty() ? "" : ", ").append(each.name);
    }
    throw std::invalid_argument(std::string(what) + ": expected one of " + names + ", found '" + std::string(name) +
                                "'");
}

/// Any of the losses of values [rows][outputs].
struct any_value_loss {
    static constexpr bool takes_labels = false;
    static constexpr bool takes_values = true;

    std::variant<losses::mse, losses::mae, losses::huber<1.0>, losses::binary_cross_entropy,
                 losses::softmax_cross_entropy>
        chosen;

    template <std::size_t Outputs, class Scalar, class Target, class Emit>
    simd<Scalar> operator()(losses::predictions<Scalar> prediction, const Target& target, Emit emit) const {
        return std::visit(
            [&](const auto& loss) { return loss.template operator()<Outputs, Scalar>(prediction, target, emit); },
            chosen);
    }
};

inline any_value_loss value_loss_by_name(std::string_view name) {
    static const std::vector<named<any_value_loss>> all{{"mse", {losses::mse{}}},
                                                        {"mae", {losses::mae{}}},
                                                        {"huber", {losses::huber<1.0>{}}},
                                                        {"binary_cross_entropy", {losses::binary_cross_entropy{}}},
                                                        {"softmax_cross_entropy", {losses::softmax_cross_entropy{}}}};
    return by_name(all, name, "loss");
}

/// Any of the optimizers.
struct any_optimizer {
    static constexpr std::size_t slots = 3;
    static_assert(sgd::slots <= slots && adam::slots <= slots && adamw::slots <= slots && rmsprop::slots <= slots);

    std::variant<sgd, adam, adamw, rmsprop> chosen;

    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const {
        std::visit([&](const auto& rule) { rule.step(parameters, gradient, state, count, u); }, chosen);
    }
};

inline any_optimizer optimizer_by_name(std::string_view name) {
    static const std::vector<named<any_optimizer>> all{
        {"sgd", {sgd{}}}, {"adam", {adam{}}}, {"adamw", {adamw{}}}, {"rmsprop", {rmsprop{}}}};
    return by_name(all, name, "optimizer");
}

using hyperparameter = std::variant<double*, bool*>;

inline std::vector<named<hyperparameter>> hyperparameters(sgd& rule) {
    return {{"learning_rate", &rule.learning_rate},
            {"momentum", &rule.momentum},
            {"dampening", &rule.dampening},
            {"nesterov", &rule.nesterov},
            {"weight_decay", &rule.weight_decay}};
}
template <class Adam>
    requires std::is_same_v<Adam, adam> || std::is_same_v<Adam, adamw>
std::vector<named<hyperparameter>> hyperparameters(Adam& rule) {
    return {{"learning_rate", &rule.learning_rate},
            {"beta1", &rule.beta1},
            {"beta2", &rule.beta2},
            {"epsilon", &rule.epsilon},
            {"weight_decay", &rule.weight_decay}};
}
inline std::vector<named<hyperparameter>> hyperparameters(rmsprop& rule) {
    return {{"learning_rate", &rule.learning_rate}, {"alpha", &rule.alpha},       {"epsilon", &rule.epsilon},
            {"momentum", &rule.momentum},           {"centered", &rule.centered}, {"weight_decay", &rule.weight_decay}};
}

/// Where the rule keeps the hyperparameter of that name; std::invalid_argument lists those that it has.
inline hyperparameter hyperparameter_by_name(any_optimizer& rule, std::string_view name) {
    return std::visit([&](auto& chosen) { return by_name(hyperparameters(chosen), name, "hyperparameter"); },
                      rule.chosen);
}

}  // namespace espalier::io::detail
