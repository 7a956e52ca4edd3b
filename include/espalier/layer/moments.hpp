// SPDX-License-Identifier: MIT
#pragma once

#include <limits>

#include <espalier/expression/elementary_arithmetic.hpp>

/// Mean and variance of some features of one sample, for a register of samples.
namespace espalier::layer::detail {

/// Σ f(k) for k < Count, in four interleaved sums: one would wait for each addition.
template <std::size_t Count, class Scalar, class Function>
ESPALIER_INLINE simd<Scalar> sum_over(Function&& f) {
    simd<Scalar> parts[4] = {simd<Scalar>(Scalar{}), simd<Scalar>(Scalar{}), simd<Scalar>(Scalar{}),
                             simd<Scalar>(Scalar{})};
    for (std::size_t k = 0; k + 4 <= Count; k += 4)
        for (std::size_t part = 0; part < 4; ++part) parts[part] += f(k + part);
    for (std::size_t k = Count / 4 * 4; k < Count; ++k) parts[k % 4] += f(k);
    return (parts[0] + parts[1]) + (parts[2] + parts[3]);
}

/// What standardises x: (x · scale − mean) · inverse_deviation. The scale is 1 but for samples whose squares or sums
/// leave the range of the scalar.
template <class Scalar>
struct moments {
    simd<Scalar> scale;
    simd<Scalar> mean;
    simd<Scalar> inverse_deviation;

    ESPALIER_INLINE simd<Scalar> standardise(const simd<Scalar>& x) const {
        return multiply_add(x, scale, -mean) * inverse_deviation;
    }
};

/// Of x · scale: the mean (0 if not Centred), and the mean square of the distances from it, in `inverse_deviation`.
/// In two passes, the second of which corrects the first's rounding (Chan, Golub and LeVeque 1983, eq. 1.7): right to
/// a few roundings however large the mean.
template <std::size_t Count, bool Centred, class Scalar, class Read>
ESPALIER_INLINE moments<Scalar> mean_and_variance(const Read& x, const simd<Scalar>& scale) {
    const simd<Scalar> share(Scalar{1} / static_cast<Scalar>(Count));
    moments<Scalar> found{scale, simd<Scalar>(Scalar{}), simd<Scalar>(Scalar{})};
    if constexpr (Centred)
        found.mean = sum_over<Count, Scalar>([&](std::size_t k) ESPALIER_INLINE_LAMBDA { return x(k) * scale; }) * share;
    simd<Scalar> error(Scalar{});
    found.inverse_deviation = sum_over<Count, Scalar>([&](std::size_t k) ESPALIER_INLINE_LAMBDA {
                                  const simd<Scalar> distance = multiply_add(x(k), scale, -found.mean);
                                  if constexpr (Centred) error += distance;
                                  return distance * distance;
                              }) *
                              share;
    if constexpr (Centred) {
        error = error * share;
        found.mean += error;
        found.inverse_deviation -= error * error;
    }
    return found;
}

/// The moments of x(0) … x(Count − 1), finite for finite x of any size: where squares or sums overflow, x is divided
/// by its largest element first. A lane's result does not depend on the other lanes.
template <std::size_t Count, bool Centred, class Scalar, class Read>
ESPALIER_INLINE moments<Scalar> moments_of(const Read& x, Scalar added) {
    namespace elementary = expression::elementary;
    using vector = simd<Scalar>;
    const vector one(Scalar{1});
    auto found = mean_and_variance<Count, Centred, Scalar>(x, one);
    vector smallest(Scalar{});
    const auto fits = found.inverse_deviation <= vector(std::numeric_limits<Scalar>::max());
    if (!xsimd::all(fits)) {
        vector largest(Scalar{});
        for (std::size_t k = 0; k < Count; ++k) largest = elementary::maximum(elementary::abs(x(k)), largest);
        found = mean_and_variance<Count, Centred, Scalar>(x, xsimd::select(fits, one, one / largest));
        // Their epsilon is below the smallest number by now, and what varies less than the rounding is constant.
        constexpr Scalar rounding = std::numeric_limits<Scalar>::epsilon();
        smallest = xsimd::select(fits, vector(Scalar{}), vector(rounding * rounding));
    }
    const vector variance = elementary::maximum(vector(Scalar{}), found.inverse_deviation);
    const vector raised = elementary::maximum(smallest, multiply_add(vector(added) * found.scale, found.scale, variance));
    found.inverse_deviation = one / elementary::sqrt(raised);
    return found;
}

}  // namespace espalier::layer::detail
