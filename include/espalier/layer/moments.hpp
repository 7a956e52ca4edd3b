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

/// What standardises x: (x · scale − mean) · inverse_deviation + rest. The scale is 1 but for samples whose squares or
/// sums leave the range of the scalar; the rest is what rounding took from the mean, in deviations.
template <class Scalar>
struct moments {
    simd<Scalar> scale;
    simd<Scalar> mean;
    simd<Scalar> inverse_deviation;
    simd<Scalar> rest;

    ESPALIER_INLINE simd<Scalar> standardise(const simd<Scalar>& x) const {
        return multiply_add(multiply_add(x, scale, -mean), inverse_deviation, rest);
    }
};

template <class Scalar>
struct mean_and_variance {
    simd<Scalar> mean;
    simd<Scalar> error;  ///< the true mean minus `mean`
    simd<Scalar> variance;
};

/// Of x · scale, about 0 if not Centred. In two passes, the second of which sees the first's rounding (Chan, Golub and
/// LeVeque 1983, eq. 1.7): right to a few roundings however large the mean.
template <std::size_t Count, bool Centred, class Scalar, class Read>
ESPALIER_INLINE mean_and_variance<Scalar> mean_and_variance_of(const Read& x, const simd<Scalar>& scale) {
    const simd<Scalar> share(Scalar{1} / static_cast<Scalar>(Count)), zero(Scalar{});
    mean_and_variance<Scalar> found{zero, zero, zero};
    if constexpr (Centred)
        found.mean =
            sum_over<Count, Scalar>([&](std::size_t k) ESPALIER_INLINE_LAMBDA { return x(k) * scale; }) * share;
    const auto square = [&](std::size_t k) ESPALIER_INLINE_LAMBDA {
        const simd<Scalar> distance = multiply_add(x(k), scale, -found.mean);
        if constexpr (Centred) found.error += distance;
        return distance * distance;
    };
    found.variance = sum_over<Count, Scalar>(square) * share;
    found.error = found.error * share;
    found.variance -= found.error * found.error;
    return found;
}

/// The moments of x(0) … x(Count − 1), finite for finite x of any size: where squares or sums overflow, x is divided
/// by its largest element first. A lane's result does not depend on the other lanes.
template <std::size_t Count, bool Centred, class Scalar, class Read>
ESPALIER_INLINE moments<Scalar> moments_of(const Read& x, Scalar added) {
    namespace elementary = expression::elementary;
    using vector = simd<Scalar>;
    const vector one(Scalar{1});
    vector scale = one, smallest(Scalar{});
    auto found = mean_and_variance_of<Count, Centred, Scalar>(x, scale);
    const auto fits = found.variance <= vector(std::numeric_limits<Scalar>::max());
    if (!xsimd::all(fits)) {
        vector largest(Scalar{});
        for (std::size_t k = 0; k < Count; ++k) largest = elementary::maximum(elementary::abs(x(k)), largest);
        scale = xsimd::select(fits, one, one / largest);
        found = mean_and_variance_of<Count, Centred, Scalar>(x, scale);
        // Their epsilon is below the smallest number by now, and what varies less than the rounding is constant.
        constexpr Scalar rounding = std::numeric_limits<Scalar>::epsilon();
        smallest = xsimd::select(fits, smallest, vector(rounding * rounding));
    }
    const vector variance = elementary::maximum(vector(Scalar{}), found.variance);
    const vector raised = elementary::maximum(smallest, multiply_add(vector(added) * scale, scale, variance));
    const vector inverse = one / elementary::sqrt(raised);
    return {scale, found.mean, inverse, -found.error * inverse};
}

}  // namespace espalier::layer::detail
