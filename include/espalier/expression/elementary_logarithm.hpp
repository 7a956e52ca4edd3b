// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_arithmetic.hpp>
#include <espalier/expression/elementary_exponential.hpp>

/// log, log1p and softplus.
///
/// Method: x = 2ᵏ·(1 + f) with √½ <= 1 + f < √2, and log(1 + f) = 2·atanh(s), s = f / (2 + f), whose series after the
/// first term, R, is a minimax polynomial in s²; summed as f − s·(f − R), so that only a small part of the result feels
/// the rounding of s (the arrangement is that of Sun's fdlibm). No sum of two products, of which a compiler might fuse
/// either: the bits are the same on AVX2 and AVX-512.
namespace espalier::expression::elementary {
namespace detail {

/// `series`: (2·atanh(s) − 2·s) / s³ in s² for f from √½ − 1 to √2 − 1; `unit_series`: the same for f from 0 to 1.
/// Remez, weighted for the relative error of the logarithm (float 2^-27, double 2^-57, coefficients rounded).
template <class Scalar>
struct logarithm;

template <>
struct logarithm<float> {
    static constexpr float ln2_head = 0x1.62e4p-1f, ln2_tail = 0x1.7f7d1cp-20f, root_half = 0x1.6a09e6p-1f;
    static constexpr std::array series{0x1.555576p-1f, 0x1.99619ap-2f, 0x1.31a17ap-2f};
    static constexpr std::array unit_series{0x1.55550ap-1f, 0x1.99cee6p-2f, 0x1.1ee946p-2f, 0x1.1e15bp-2f};
};

template <>
struct logarithm<double> {
    static constexpr double ln2_head = 0x1.62e42fefa38p-1, ln2_tail = 0x1.ef35793c7673p-45,
                            root_half = 0x1.6a09e667f3bcdp-1;
    static constexpr std::array series{0x1.5555555555572p-1, 0x1.99999999889e7p-2, 0x1.2492493b3a4b5p-2,
                                       0x1.c71c56e9fda3ap-3, 0x1.7465552b30fb5p-3, 0x1.39b78926fed14p-3,
                                       0x1.2e37d951f528ap-3};
    static constexpr std::array unit_series{
        0x1.5555555555547p-1, 0x1.999999999dcb9p-2, 0x1.24924921ae32ap-2, 0x1.c71c739f6ee26p-3, 0x1.745cc39686861p-3,
        0x1.3b1caa619658ep-3, 0x1.10764b90f77f1p-3, 0x1.ef012d93eda94p-4, 0x1.5926d4a2904bp-4,  0x1.596f065589146p-3};
};

/// x = 2^exponent·(1 + fraction), for normal x > 0. biased_exponent holds exponent + exponent_bias.
template <class Scalar>
struct binary_parts {
    simd<Scalar> exponent, fraction;
    simd_bits<Scalar> biased_exponent;
};

template <class Scalar>
ESPALIER_INLINE binary_parts<Scalar> split(const simd<Scalar>& x) {
    using bits = bits_scalar<Scalar>;
    constexpr bits one = std::bit_cast<bits>(Scalar(1)), root_half = std::bit_cast<bits>(logarithm<Scalar>::root_half);
    // An integer below 2^fraction_bits, or'ed into this power of two, is read as a number: again no conversion.
    constexpr Scalar integer = static_cast<Scalar>(bits{1} << fraction_bits<Scalar>);
    // Counted from √½ instead of 1, the exponent changes where the fraction's sign does not.
    const simd_bits<Scalar> moved = to_bits(x) + simd_bits<Scalar>(one - root_half);
    const simd_bits<Scalar> biased = moved >> fraction_bits<Scalar>;
    const simd_bits<Scalar> fraction_mask((bits{1} << fraction_bits<Scalar>)-1);
    return {from_bits<Scalar>(biased | simd_bits<Scalar>(std::bit_cast<bits>(integer))) -
                simd<Scalar>(integer + exponent_bias<Scalar>),
            from_bits<Scalar>((moved & fraction_mask) + simd_bits<Scalar>(root_half)) - simd<Scalar>(1), biased};
}

/// base + log(1 + f) − f for base near f.
template <const auto& Series, class Scalar>
ESPALIER_INLINE simd<Scalar> add_logarithm(const simd<Scalar>& base, const simd<Scalar>& f) {
    const simd<Scalar> s = divide(f, f + simd<Scalar>(2));
    const simd<Scalar> z = s * s;
    return multiply_add(s, multiply_add(z, polynomial<Series>(z), -f), base);
}

/// exponent·ln 2 + log(1 + fraction).
template <class Scalar>
ESPALIER_INLINE simd<Scalar> log_of_parts(const simd<Scalar>& exponent, const simd<Scalar>& fraction) {
    using constants = logarithm<Scalar>;
    const simd<Scalar> base = multiply_add(exponent, simd<Scalar>(constants::ln2_tail), fraction);
    return multiply_add(exponent, simd<Scalar>(constants::ln2_head), add_logarithm<constants::series>(base, fraction));
}

/// The values that the arithmetic above cannot give: log 0 = −∞, NaN below, ∞ and NaN as they are.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> log_at_limits(const simd<Scalar>& x, const simd<Scalar>& inside) {
    constexpr Scalar infinity = std::numeric_limits<Scalar>::infinity(), nan = std::numeric_limits<Scalar>::quiet_NaN();
    const simd<Scalar> zero(0);
    const simd<Scalar> positive = xsimd::select(x < simd<Scalar>(infinity), inside, x);
    const simd<Scalar> not_positive = xsimd::select(x == zero, simd<Scalar>(-infinity), simd<Scalar>(nan));
    return xsimd::select(x > zero, positive, not_positive);
}

/// log(1 + x) for x > −1, with the rounding error of 1 + x carried into the fraction.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> log1p_inside(const simd<Scalar>& x) {
    using bits = bits_scalar<Scalar>;
    const simd<Scalar> one(1);
    const simd<Scalar> sum = one + x;
    const auto parts = split(sum);
    // Exact up to 2^24 (2^53), and too small to count beyond, where its scale leaves the range.
    const simd<Scalar> error = x - (sum - one);
    const simd<Scalar> scale =
        power_of_two<Scalar>(simd_bits<Scalar>(bits{2 * exponent_bias<Scalar>}) - parts.biased_exponent);
    constexpr Scalar limit = static_cast<Scalar>(bits{4} << fraction_bits<Scalar>);
    const simd<Scalar> rest = xsimd::select(x < simd<Scalar>(limit), error * scale, simd<Scalar>(0));
    return log_of_parts(parts.exponent, parts.fraction + rest);
}

}  // namespace detail

/// Natural logarithm; subnormal x too. log(±0) = −∞, log(x < 0) = NaN.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> log(const simd<Scalar>& x) {
    constexpr int lift = detail::fraction_bits<Scalar> + 1;
    const auto subnormal = x < simd<Scalar>(std::numeric_limits<Scalar>::min());
    const simd<Scalar> power(static_cast<Scalar>(detail::bits_scalar<Scalar>{1} << lift));
    const auto parts = detail::split(xsimd::select(subnormal, x * power, x));
    const simd<Scalar> exponent = parts.exponent - xsimd::select(subnormal, simd<Scalar>(lift), simd<Scalar>(0));
    return detail::log_at_limits(x, detail::log_of_parts(exponent, parts.fraction));
}

/// log(1 + x), relatively accurate near 0. log1p(−1) = −∞, log1p(x < −1) = NaN.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> log1p(const simd<Scalar>& x) {
    const simd<Scalar> inside = detail::with_sign_of(x, detail::log1p_inside(x));
    return xsimd::select(x == x, detail::log_at_limits(x + simd<Scalar>(1), inside), x);
}

/// log(1 + e^x) = max(x, 0) + log1p(e^−|x|): no overflow, and e^x itself in the left tail.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> softplus(const simd<Scalar>& x) {
    const simd<Scalar> e = exp(-abs(x));
    return maximum(simd<Scalar>(0), x) + detail::add_logarithm<detail::logarithm<Scalar>::unit_series>(e, e);
}

}  // namespace espalier::expression::elementary
