// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <type_traits>

#include <espalier/loss/names.hpp>
#include <espalier/run/coins.hpp>
#include <espalier/run/parameter_vector.hpp>
#include <espalier/run/workspace.hpp>
#include <espalier/topology/words.hpp>
#include <espalier/train/history.hpp>
#include <espalier/train/rules.hpp>

/// A network that is compiled once and used everywhere. A header that all may include declares it,
///
///     #include <espalier/declare.hpp>
///     constexpr auto digits = ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
///     using Digits = ep::network_t<digits>;
///     ESPALIER_DECLARE(Digits);                                                             // to predict
///     ESPALIER_DECLARE(Digits, ep::losses::softmax_cross_entropy, 64);                      // gradients
///     ESPALIER_DECLARE(Digits, ep::losses::softmax_cross_entropy, 64, ep::adam);            // fit
///
/// (one of the three is enough: each can do what those above it can), and one source file compiles it:
///
///     #include <espalier/define.hpp>
///     ESPALIER_DEFINE(Digits);
///
/// with the same arguments. The functions are those of espalier::compiled with these arguments.
namespace espalier {

namespace losses {

/// In the place of a loss: gradients are not wanted.
struct none {
    static constexpr bool takes_labels = false, takes_values = false;
};

/// Whether a loss takes class indices, and whether values; one of your own says so by members of these names.
template <class Loss>
inline constexpr bool labels_fit = Loss::takes_labels;
template <>
inline constexpr bool labels_fit<softmax_cross_entropy> = true;
template <auto Expression>
inline constexpr bool labels_fit<elementwise<Expression>> = false;

template <class Loss>
inline constexpr bool values_fit = Loss::takes_values;
template <>
inline constexpr bool values_fit<softmax_cross_entropy> = true;
template <auto Expression>
inline constexpr bool values_fit<elementwise<Expression>> = true;

}  // namespace losses

/// In the place of an optimizer: fit is not wanted.
struct no_optimizer {};

namespace diagnostics {

/// Losses by name, since their headers may be missing.
template <class Type>
concept NamedLoss = std::is_same_v<Type, losses::softmax_cross_entropy> || requires(Type* given) {
    []<auto Expression>(losses::elementwise<Expression>*) {}(given);
} || requires { Type::takes_labels; };
template <class Type>
struct role {
    using type = name_of<Type>;
};
template <NamedLoss Type>
struct role<Type> {
    using type = a_loss;
};
template <std::size_t Rows>
struct batch_of;

template <class... What>
inline constexpr bool can_be_compiled = false;

/// In the place of arguments that `compiled` does not take.
struct refused {};
template <class... Found>
struct compiled_of_what {
    static constexpr bool reported = true;
    template <class>
    using then = refused;
    static_assert(can_be_compiled<Found...>,
                  "this takes the types of a network and a loss, the rows of a batch from 1 on, the type of an "
                  "optimizer: (Net, ep::losses::mse, 64, ep::adam)");
};

/// Whether arguments are of the kinds that `compiled` takes. An optimizer may be declared alone here: what it is shows
/// where the network is defined.
template <class Net, class Loss, std::size_t Batch, class Rule>
concept Compiled = Network<Net> && NamedLoss<Loss> && Batch > 0 &&
                   (!requires { sizeof(Rule); } || std::is_same_v<Rule, no_optimizer> || Optimizer<Rule>);
template <class Net, class Loss, std::size_t Batch, class Rule>
constexpr auto verdict_on_compiled() {
    if constexpr (Compiled<Net, Loss, Batch, Rule>)
        return std::type_identity<findings_in<Net>>{};
    else
        return std::type_identity<
            compiled_of_what<name_of<Net>, typename role<Loss>::type, batch_of<Batch>, typename role<Rule>::type>>{};
}
/// What was found in the arguments.
template <class Net, class Loss = losses::none, std::size_t Batch = 1, class Rule = no_optimizer>
using findings_in_compiled = typename decltype(verdict_on_compiled<Net, Loss, Batch, Rule>())::type;

#ifdef __clang__
// Asked without a finding, which ESPALIER_DECLARE reports: clang prints less there, g++ in a default argument.
template <class Net, class Loss, std::size_t Batch, class Rule>
using kind_of_compiled = std::conditional_t<Compiled<Net, Loss, Batch, Rule>, void, refused>;
#endif

}  // namespace diagnostics

/// How `compiled::fit` goes through its samples: the fields of trainer.hpp's fit_options that need no other header.
struct compiled_fit_options {
    std::size_t epochs = 1;
    seed from{0};  ///< of the order of the samples and of dropout's coins
    bool shuffle = true;
    std::size_t rows_per_step = 0;  ///< of at most Batch; 0 is all of it
    double clip_norm = 0;           ///< > 0: the gradient's global norm is brought down to it
};

/// The functions of a network, of float, that some source file compiles: see the head of this file. Samples are
/// row-major spans of whole samples, and so are their outputs; what does not fit throws std::invalid_argument as the
/// functions of the same names in run/ and train/ do, with which they agree to the bit. The loss is used as it is
/// constructed without arguments.
template <class Net, class Loss = losses::none, std::size_t Batch = 1, class Rule = no_optimizer,
#ifdef __clang__
          class Kind = diagnostics::kind_of_compiled<Net, Loss, Batch, Rule>>
#else
          class Kind = typename diagnostics::findings_in_compiled<Net, Loss, Batch, Rule>::template then<void>>
#endif
struct compiled {
    using parameters_type = parameters<Net>;
    using gradients_type = gradients<Net>;
    using workspace_type = workspace<Net, Batch>;

    static parameters_type initialize(seed from);

    /// x [rows][input…] → y [rows][output…]. One row is predicted without allocation.
    static void predict(const parameters_type& at, std::span<const float> x, std::span<float> y);

    /// The mean loss over 1 to Batch rows, and its gradient.
    static float value_and_gradient(const parameters_type& at, std::span<const float> x,
                                    std::span<const std::int32_t> labels, gradients_type& gradient,
                                    workspace_type& memory, const coins& tossed = {})
        requires(losses::labels_fit<Loss>);
    static float value_and_gradient(const parameters_type& at, std::span<const float> x, std::span<const float> values,
                                    gradients_type& gradient, workspace_type& memory, const coins& tossed = {})
        requires(losses::values_fit<Loss>);

    /// Trains as a trainer of this loss, rule and batch does.
    static history fit(parameters_type& at, std::span<const float> x, std::span<const std::int32_t> labels,
                       const Rule& rule, const compiled_fit_options& options = {})
        requires(losses::labels_fit<Loss> && !std::is_same_v<Rule, no_optimizer>);
    static history fit(parameters_type& at, std::span<const float> x, std::span<const float> values, const Rule& rule,
                       const compiled_fit_options& options = {})
        requires(losses::values_fit<Loss> && !std::is_same_v<Rule, no_optimizer>);
};

/// Of other arguments, which have been refused.
template <class Net, class Loss, std::size_t Batch, class Rule>
struct compiled<Net, Loss, Batch, Rule, diagnostics::refused> {};

}  // namespace espalier

// g++ prints the least where the default argument above asks, clang where these do.
#ifdef __clang__
#define ESPALIER_DECLARE(...)                                                          \
    static_assert(espalier::diagnostics::findings_in_compiled<__VA_ARGS__>::reported); \
    extern template struct espalier::compiled<__VA_ARGS__>
#else
#define ESPALIER_DECLARE(...) extern template struct espalier::compiled<__VA_ARGS__>
#endif
