// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

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

struct no_affine_option {};
/// A normalisation without weight and bias.
inline constexpr no_affine_option no_affine{};

}  // namespace espalier

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

/// Whether each option is one of those allowed.
template <class... Allowed>
struct options_of {
    template <auto Option>
    static constexpr bool has = (std::is_same_v<std::remove_cv_t<decltype(Option)>, Allowed> || ...);
    template <auto... Options>
    static constexpr bool have_all = (has<Options> && ...);
};

}  // namespace espalier::layer::detail
