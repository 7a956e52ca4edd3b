// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace espalier {

/// What changes from one optimizer step to the next.
struct update {
    std::uint64_t step = 1;          ///< 1 for the first step ever, then 2, 3, …
    double learning_rate_scale = 1;  ///< multiplies the optimizer's learning_rate: what a schedule returns
    double gradient_scale = 1;       ///< multiplies the gradient before anything else: what clip_scale returns
};

namespace detail {

template <class Type, class Scalar>
concept StepsOver =
    requires(const Type& optimizer, Scalar* parameters, const Scalar* gradient, Scalar* slots, const update& u) {
        { optimizer.step(parameters, gradient, slots, std::size_t{}, u) } -> std::same_as<void>;
    };

}  // namespace detail

/// An optimizer is a copyable bundle of hyperparameters with
///  - `slots`, a constant: how many vectors as long as the parameters it may keep between steps;
///  - `kind`, optional: its name in checkpoints;
///  - `step(parameters, gradient, slots, count, update) const`: updates count parameters in place, without allocating.
///    slots is [slots][count], zero before the first step. count is a multiple of 64 / sizeof(Scalar), so that whole
///    registers are read; where parameters and gradient are zero (the gaps between tensors), parameters stay zero,
///    given an epsilon above zero.
/// Hyperparameters are double whatever the scalar, and mean what PyTorch 1.13 means by them.
template <class Type>
concept Optimizer = std::copy_constructible<Type> && std::same_as<decltype(Type::slots), const std::size_t> &&
                    detail::StepsOver<Type, float> && detail::StepsOver<Type, double>;

/// Has some of what makes an optimizer, and not all.
template <class Type>
concept OptimizerInPart =
    !Optimizer<Type> &&
    (requires { Type::slots; } || requires { &Type::step; } || requires { &Type::template step<float>; });

}  // namespace espalier
