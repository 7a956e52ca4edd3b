// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_exponential.hpp>

namespace espalier::expression::elementary {
namespace detail {

/// Beyond saturation erf rounds to 1.
template <class Scalar>
struct error_function;

/// erf x = n / (n + d), n = x·numerator(x), d = denominator(x − centre) on [0, saturation]: a minimax quotient
/// (2^-25.6), then coefficients whose largest error after rounding each operation was the smallest, found by a random
/// search that weighed machines with and without a fused multiply-add alike. The centre lies where both the small and
/// the middle arguments keep denominator's rounding small.
template <>
struct error_function<float> {
    static constexpr float saturation = 3.92f, centre = 0.25f;
    static constexpr std::array numerator{0x1.6c7f8ep+0f, -0x1.65c35ep-1f, 0x1.38b234p-2f, 0x1.0c162ep-8f,
                                          0x1.46cccp-8f,  0x1.ab86aep-11f, 0x1.11ee02p-9f};
    static constexpr std::array denominator{0x1.a92926p-1f, -0x1.6fe136p+0f, 0x1.0be466p+0f, -0x1.a40236p-2f,
                                            0x1.758b5ep-4f, -0x1.65172ap-7f, 0x1.1e6bf4p-11f};
};

/// log(1 − erf x) = x·(slope + x·series(x)) on [0, saturation], Remez, weighted for the relative error of erf
/// (2^-55); slope = −2/√π in two parts.
template <>
struct error_function<double> {
    static constexpr double saturation = 5.93, slope_head = -0x1.20dd750429b6dp+0, slope_tail = -0x1.1ae3a914fed8p-56;
    static constexpr std::array series{
        -0x1.45f306dc9c8d9p-1,  -0x1.a4f4e2a1a9b31p-4,  0x1.396685908cd02p-6,   0x1.b6b6a1ccdeefdp-13,
        -0x1.bca691e19dea2p-10, 0x1.35663bef5f4eep-11,  -0x1.b29afd7153b3ep-16, -0x1.0e32f34e1cf18p-14,
        0x1.f03280ce79945p-16,  -0x1.a96cf6c319315p-19, -0x1.a47fcded0ec98p-19, 0x1.116d3c724c86ap-19,
        -0x1.325ae7f11df36p-21, 0x1.923d753e223c4p-27,  0x1.1a53d34f6519dp-24,  -0x1.2915d777181b3p-25,
        0x1.722cb432a31efp-27,  -0x1.446e93054cce9p-29, 0x1.9d80a44fb0533p-32,  -0x1.7a65c91564197p-35,
        0x1.d980a7844235cp-39,  -0x1.6ba5ca19524bp-43,  0x1.02da96ec05e56p-48};
};

/// A quotient whose numerator is a part of its denominator, so that near 1 both share its error.
ESPALIER_INLINE simd<float> erf_of_magnitude(const simd<float>& x) {
    using constants = error_function<float>;
    const simd<float> shifted = x - simd<float>(constants::centre);
    const simd<float> n = x * horner<constants::numerator, 0, 1>(x);
    // Nothing at the end, so that erf is exactly 1 there: one ulp less would be a slope of gelu's far tail.
    const simd<float> d = xsimd::select(x < simd<float>(constants::saturation),
                                        horner<constants::denominator, 0, 1>(shifted), simd<float>(0));
    return divide(n, n + d);
}

/// −expm1(log(1 − erf x)): that logarithm is smooth on the whole half-line, so one polynomial does where the usual
/// split takes two and a selection.
ESPALIER_INLINE simd<double> erf_of_magnitude(const simd<double>& x) {
    using constants = error_function<double>;
    const simd<double> zero(0);
    const auto bend = multiply_add(x, polynomial<constants::series>(x), simd<double>(constants::slope_tail));
    // Adding 0 costs nothing, and keeps g++ from fusing this product, instead of the other, into the sum.
    const auto rest = multiply_add(x, bend, zero);
    const auto logarithm = multiply_add(x, simd<double>(constants::slope_head), rest);
    return multiply_add(half_expm1<reduction::coarse>(logarithm), simd<double>(-2), zero);
}

}  // namespace detail

/// erf x. Relatively accurate near 0; exactly odd.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> erf(const simd<Scalar>& x) {
    const simd<Scalar> magnitude = minimum(simd<Scalar>(detail::error_function<Scalar>::saturation), abs(x));
    return detail::with_sign_of(x, detail::erf_of_magnitude(magnitude));
}

}  // namespace espalier::expression::elementary
