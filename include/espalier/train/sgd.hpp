// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/core/simd.hpp>
#include <espalier/train/decayed_gradient.hpp>
#include <espalier/train/rules.hpp>

namespace espalier {

template <class Scalar>
void sgd::step(Scalar* parameters, const Scalar* gradient, Scalar* slot, std::size_t count, const update& u) const {
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

}  // namespace espalier
