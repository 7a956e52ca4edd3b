// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/core/simd.hpp>
#include <espalier/train/decayed_gradient.hpp>
#include <espalier/train/rules.hpp>

namespace espalier {

template <class Scalar>
void rmsprop::step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count,
                   const update& u) const {
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

}  // namespace espalier
