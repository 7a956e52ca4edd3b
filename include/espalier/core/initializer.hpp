// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace espalier {

/// How the weights of a layer start: a structural value that a layer's type can hold. run/initializers.hpp draws them.
struct initializer {
    enum class rule : std::uint8_t {
        automatic,
        he_normal,
        he_uniform,
        glorot_normal,
        glorot_uniform,
        lecun_normal,
        lecun_uniform,
        orthogonal,
        constant,
    };

    rule kind = rule::automatic;
    double value = 1;  ///< of a constant: the constant; of a random rule: a factor on every weight (the gain)

    /// The same rule with another value: `initializers::constant(0.25)`, `initializers::orthogonal(1.41)`.
    constexpr initializer operator()(double other) const { return {kind, other}; }

    /// This rule, or the fallback where the user left the choice open.
    constexpr initializer or_else(initializer fallback) const { return kind == rule::automatic ? fallback : *this; }

    friend constexpr bool operator==(initializer, initializer) = default;
};

namespace initializers {

inline constexpr initializer automatic{};
inline constexpr initializer he_normal{initializer::rule::he_normal};
inline constexpr initializer he_uniform{initializer::rule::he_uniform};
inline constexpr initializer glorot_normal{initializer::rule::glorot_normal};
inline constexpr initializer glorot_uniform{initializer::rule::glorot_uniform};
inline constexpr initializer lecun_normal{initializer::rule::lecun_normal};
inline constexpr initializer lecun_uniform{initializer::rule::lecun_uniform};
inline constexpr initializer orthogonal{initializer::rule::orthogonal};
inline constexpr initializer constant{initializer::rule::constant};
inline constexpr initializer zeros = constant(0);
inline constexpr initializer ones = constant(1);

}  // namespace initializers
}  // namespace espalier
