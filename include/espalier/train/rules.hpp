// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include <espalier/train/optimizer.hpp>

/// The optimizers that come with the library, as the hyperparameters that they are. Their steps are defined in the
/// headers of their names, with the SIMD code that these need.
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

    /// The factor of the gradient, where a step is no more than adding so many times it.
    std::optional<double> descent_rate(const update& u) const {
        if (momentum != 0 || weight_decay != 0) return {};
        return -learning_rate * u.learning_rate_scale * u.gradient_scale;
    }

    template <class Scalar>
    void step(Scalar* parameters, const Scalar* gradient, Scalar* slot, std::size_t count, const update& u) const;
};

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
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const;
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
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const;
};

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
    void step(Scalar* parameters, const Scalar* gradient, Scalar* state, std::size_t count, const update& u) const;
};

}  // namespace espalier
