// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>

#include <espalier/core/simd.hpp>
#include <espalier/train/decayed_gradient.hpp>
#include <espalier/train/rules.hpp>

namespace espalier {

namespace detail {

/// The step that adam and adamw share; `shrink` multiplies the parameters first, `l2` · p joins the gradient.
template <class Scalar, class Adam>
void adam_step(const Adam& adam, double shrink, double l2, Scalar* parameters, const Scalar* gradient, Scalar* slots,
               std::size_t count, const update& u) {
    using vector = simd<Scalar>;
    const auto every_lane = [](double value) { return vector(static_cast<Scalar>(value)); };
    const auto steps = static_cast<double>(u.step);
    const double bias1 = 1 - std::pow(adam.beta1, steps);
    const double bias2 = 1 - std::pow(adam.beta2, steps);
    const vector rate = every_lane(-adam.learning_rate * u.learning_rate_scale / bias1);
    const vector unbias = every_lane(1 / std::sqrt(bias2));
    const vector epsilon = every_lane(adam.epsilon);
    const vector kept1 = every_lane(adam.beta1), added1 = every_lane(1 - adam.beta1);
    const vector kept2 = every_lane(adam.beta2), added2 = every_lane(1 - adam.beta2);
    const vector shrunk = every_lane(shrink);
    const decayed_gradient<Scalar> decayed(gradient, l2, u);
    Scalar* const mean = slots;
    Scalar* const square = slots + count;
    for (std::size_t i = 0; i < count; i += vector::size) {
        const vector p = shrunk * load(parameters + i);
        const vector g = decayed(i, p);
        const vector m = multiply_add(kept1, load(mean + i), added1 * g);
        const vector v = multiply_add(kept2, load(square + i), added2 * g * g);
        store(mean + i, m);
        store(square + i, v);
        store(parameters + i, multiply_add(rate, m / multiply_add(xsimd::sqrt(v), unbias, epsilon), p));
    }
}

}  // namespace detail

template <class Scalar>
void adam::step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const {
    detail::adam_step(*this, 1, weight_decay, parameters, gradient, state, count, u);
}

template <class Scalar>
void adamw::step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const {
    const double shrink = 1 - learning_rate * u.learning_rate_scale * weight_decay;
    detail::adam_step(*this, shrink, 0, parameters, gradient, state, count, u);
}

}  // namespace espalier
