// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include <espalier/core/simd.hpp>
#include <espalier/train/decayed_gradient.hpp>

namespace espalier {

/// RMSprop (Tieleman and Hinton, Coursera lecture 6.5, 2012), as torch.optim.RMSprop: with g the gradient plus
/// weight_decay · p,
///     v ← α v + (1 − α) g²,   d = g / (√v + ε),   p ← p − learning_rate · d
/// Centered (Graves 2013, eq. 38 to 45) takes the variance v − a² in place of v, with a ← α a + (1 − α) g. With
/// momentum, b ← momentum · b + d replaces d. Slots: v, a, b; what is not in use is not touched.
struct rmsprop {
    double learning_rate = 1e-2;
    double alpha = 0.99;
    double epsilon = 1e-8;
    double momentum = 0;
    bool centered = false;
    double weight_decay = 0;

    static constexpr std::string_view kind = "rmsprop";
    static constexpr std::size_t slots = 3;

    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const {
        using vector = simd<Scalar>;
        const auto every_lane = [](double value) { return vector(static_cast<Scalar>(value)); };
        const vector rate = every_lane(-learning_rate * u.learning_rate_scale);
        const detail::decayed_gradient<Scalar> decayed(gradient, weight_decay, u);
        const vector kept = every_lane(alpha), added = every_lane(1 - alpha);
        const vector small = every_lane(epsilon), coasting = every_lane(momentum), zero = every_lane(0);
        Scalar* const square = state;
        Scalar* const mean = state + count;
        Scalar* const velocity = state + 2 * count;
        for (std::size_t i = 0; i < count; i += vector::size) {
            const vector p = load(parameters + i);
            const vector g = decayed(i, p);
            const vector v = multiply_add(kept, load(square + i), added * g * g);
            store(square + i, v);
            vector spread = v;
            if (centered) {
                const vector a = multiply_add(kept, load(mean + i), added * g);
                store(mean + i, a);
                // A steady gradient has no variance: rounding must not take it below zero and its root to NaN.
                spread = xsimd::max(zero, xsimd::fnma(a, a, v));
            }
            vector d = g / (xsimd::sqrt(spread) + small);
            if (momentum > 0) {
                d = multiply_add(coasting, load(velocity + i), d);
                store(velocity + i, d);
            }
            store(parameters + i, multiply_add(rate, d, p));
        }
    }
};

}  // namespace espalier
