// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstddef>
#include <string_view>

#include <espalier/core/simd.hpp>
#include <espalier/train/decayed_gradient.hpp>

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

/// Adam (Kingma and Ba, ICLR 2015), as torch.optim.Adam: with g the gradient plus weight_decay · p,
///     m ← β₁ m + (1 − β₁) g,   v ← β₂ v + (1 − β₂) g²,   p ← p − learning_rate · m̂ / (√v̂ + ε)
/// where m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ) at step t. Slots: m, v.
struct adam {
    double learning_rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 0;

    static constexpr std::string_view kind = "adam";
    static constexpr std::size_t slots = 2;

    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const {
        detail::adam_step(*this, 1, weight_decay, parameters, gradient, state, count, u);
    }
};

/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019), as torch.optim.AdamW: p first shrinks by
/// 1 − learning_rate · weight_decay, then moves as in adam, whose g is the gradient alone. Slots: m, v.
struct adamw {
    double learning_rate = 1e-3;
    double beta1 = 0.9;
    double beta2 = 0.999;
    double epsilon = 1e-8;
    double weight_decay = 1e-2;

    static constexpr std::string_view kind = "adamw";
    static constexpr std::size_t slots = 2;

    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const {
        const double shrink = 1 - learning_rate * u.learning_rate_scale * weight_decay;
        detail::adam_step(*this, shrink, 0, parameters, gradient, state, count, u);
    }
};

}  // namespace espalier
