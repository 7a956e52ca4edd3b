// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include <espalier/core/simd.hpp>
#include <espalier/train/decayed_gradient.hpp>

namespace espalier {

/// Stochastic gradient descent, as torch.optim.SGD: with g the gradient plus weight_decay · p,
///     m ← momentum · m + (1 − dampening) · g     (m ← g at the first step)
///     p ← p − learning_rate · m                  (Nesterov: g + momentum · m in place of m; no momentum: g)
/// Slot 0 holds m; without momentum it is not touched.
struct sgd {
    double learning_rate = 1e-3;
    double momentum = 0;
    double dampening = 0;
    bool nesterov = false;
    double weight_decay = 0;

    static constexpr std::string_view kind = "sgd";
    static constexpr std::size_t slots = 1;

    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar* slot, std::size_t count, const update& u) const {
        using vector = simd<Scalar>;
        const vector rate(static_cast<Scalar>(-learning_rate * u.learning_rate_scale));
        const detail::decayed_gradient<Scalar> decayed(gradient, weight_decay, u);
        if (momentum == 0) {
            for (std::size_t i = 0; i < count; i += vector::size) {
                const vector p = load(parameters + i);
                store(parameters + i, multiply_add(rate, decayed(i, p), p));
            }
            return;
        }
        const vector kept(static_cast<Scalar>(momentum));
        const vector added(static_cast<Scalar>(u.step == 1 ? 1 : 1 - dampening));
        const vector look_ahead(static_cast<Scalar>(nesterov ? momentum : 1));
        const vector direct(static_cast<Scalar>(nesterov ? 1 : 0));
        for (std::size_t i = 0; i < count; i += vector::size) {
            const vector p = load(parameters + i);
            const vector g = decayed(i, p);
            const vector m = multiply_add(kept, load(slot + i), added * g);
            store(slot + i, m);
            store(parameters + i, multiply_add(rate, multiply_add(look_ahead, m, direct * g), p));
        }
    }
};

}  // namespace espalier
