// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/core/simd.hpp>
#include <espalier/train/optimizer.hpp>

namespace espalier::detail {

/// The g of the optimizers: the gradient, scaled as the update says, plus weight_decay · p.
template <class Scalar>
class decayed_gradient {
public:
    decayed_gradient(const Scalar* gradient, double weight_decay, const update& u)
        : gradient_(gradient),
          scale_(static_cast<Scalar>(u.gradient_scale)),
          decay_(static_cast<Scalar>(weight_decay)) {}

    /// Of the register of parameters p that begins at i.
    ESPALIER_INLINE simd<Scalar> operator()(std::size_t i, const simd<Scalar>& p) const {
        return multiply_add(decay_, p, scale_ * load(gradient_ + i));
    }

private:
    const Scalar* gradient_;
    simd<Scalar> scale_;
    simd<Scalar> decay_;
};

}  // namespace espalier::detail
