// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_exponential.hpp>

namespace espalier::expression::elementary {
namespace detail {

/// log(1 − erf x) = x·(slope + x·series(x)) on [0, saturation], Remez, weighted for the relative error of erf
/// (float 2^-27, double 2^-55); slope = −2/√π in two parts. Beyond saturation erf rounds to 1.
template <class Scalar>
struct error_function;

template <>
struct error_function<float> {
    static constexpr float saturation = 4.0f, slope_head = -0x1.20dd76p+0f, slope_tail = 0x1.f7ac92p-25f;
    static constexpr std::array series{-0x1.45f2fep-1f,  -0x1.a4f94ap-4f, 0x1.39bf3ap-6f,   0x1.5ce06cp-13f,
                                       -0x1.b679b6p-10f, 0x1.4d533ep-11f, -0x1.f0b9d2p-14f, 0x1.396f1ap-17f};
};

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

}  // namespace detail

/// erf x = −expm1(log(1 − erf x)): that logarithm is smooth on the whole half-line, so one polynomial does where the
/// usual split takes two and a selection. Relatively accurate near 0; exactly odd.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> erf(const simd<Scalar>& x) {
    using constants = detail::error_function<Scalar>;
    const simd<Scalar> zero(0), magnitude = minimum(simd<Scalar>(constants::saturation), abs(x));
    const auto bend =
        multiply_add(magnitude, detail::polynomial<constants::series>(magnitude), simd<Scalar>(constants::slope_tail));
    // Adding 0 costs nothing, and keeps g++ from fusing this product, instead of the other, into the sum.
    const auto rest = multiply_add(magnitude, bend, zero);
    const auto logarithm = multiply_add(magnitude, simd<Scalar>(constants::slope_head), rest);
    const auto half = detail::half_expm1<detail::reduction::coarse>(logarithm);
    return detail::with_sign_of(x, multiply_add(half, simd<Scalar>(-2), zero));
}

}  // namespace espalier::expression::elementary
