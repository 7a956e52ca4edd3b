// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>

#include <espalier/layer/dense.hpp>

namespace espalier {

/// Added to the variance (or the mean square) before the root is taken: `ep::layer_norm<ep::epsilon(1e-6)>`.
struct epsilon {
    double value;
    constexpr explicit epsilon(double added) : value(added) {}
};

/// A normalisation over the last n axes of a sample instead of all: `ep::layer_norm<ep::last_axes(1)>`.
struct last_axes {
    std::size_t count;
    constexpr explicit last_axes(std::size_t n) : count(n) {}
};

/// How far a training step moves the running statistics towards the batch's: `ep::batch_norm<ep::momentum(0.01)>`.
struct momentum {
    double value;
    constexpr explicit momentum(double share) : value(share) {}
};

struct no_affine_option {};
/// A normalisation without weight and bias.
inline constexpr no_affine_option no_affine{};

}  // namespace espalier

namespace espalier::layer {

/// What the arguments of a normalisation say, whatever their order.
struct norm_options {
    std::optional<std::size_t> axes{};
    std::optional<double> epsilon{}, momentum{};
    bool has_affine = true, has_bias = true;
};

}  // namespace espalier::layer

namespace espalier::layer::detail {

/// The option of a type among those that the user gave, in any order; the fallback where there is none.
template <class Option>
constexpr Option option_among(Option fallback) {
    return fallback;
}
template <class Option, class First, class... Rest>
constexpr Option option_among(Option fallback, First first, Rest... rest) {
    if constexpr (std::is_same_v<First, Option>)
        return first;
    else
        return option_among(fallback, rest...);
}

template <class Option, auto... Options>
inline constexpr bool has_option = (std::is_same_v<std::remove_cv_t<decltype(Options)>, Option> || ...);

template <auto... Options>
constexpr norm_options norm_options_of() {
    norm_options options;
    if constexpr (has_option<last_axes, Options...>) options.axes = option_among(last_axes(0), Options...).count;
    if constexpr (has_option<espalier::epsilon, Options...>)
        options.epsilon = option_among(espalier::epsilon(0), Options...).value;
    if constexpr (has_option<espalier::momentum, Options...>)
        options.momentum = option_among(espalier::momentum(0), Options...).value;
    options.has_affine = !has_option<no_affine_option, Options...>;
    options.has_bias = !has_option<no_bias_option, Options...>;
    return options;
}

/// Whether each option is one of those allowed.
template <class... Allowed>
struct options_of {
    template <auto Option>
    static constexpr bool has = (std::is_same_v<std::remove_cv_t<decltype(Option)>, Allowed> || ...);
    template <auto... Options>
    static constexpr bool have_all = (has<Options> && ...);
};

}  // namespace espalier::layer::detail
