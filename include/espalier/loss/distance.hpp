// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

namespace espalier::diagnostics {

template <double Value>
struct distance {
    static constexpr double value = Value;
};
template <auto Given>
constexpr auto distance_of() {
    if constexpr (!std::is_arithmetic_v<decltype(Given)>)
        return distance<1.0>{};
    else if constexpr (Given > 0)
        return distance<static_cast<double>(Given)>{};
    else
        return distance<1.0>{};
}

template <auto Given>
inline constexpr bool is_distance = false;
template <auto Given>
    requires(std::is_arithmetic_v<decltype(Given)>)
inline constexpr bool is_distance<Given> = Given > 0;

/// What huber is given, or 1 for what it does not take. A class whose member is inherited, since clang forgets those of
/// a class whose assertion fails.
template <auto Given>
struct huber_distance : std::type_identity<decltype(distance_of<Given>())> {
    static_assert(is_distance<Given>, "huber takes the distance above 0 at which it turns linear, e.g. huber<1.0>");
};

}  // namespace espalier::diagnostics
