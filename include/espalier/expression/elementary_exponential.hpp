// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_arithmetic.hpp>

/// exp, expm1 and what is written in them: sigmoid, tanh, erf.
///
/// Method: x = n·ln 2 + r with |r| <= ln 2 / 2, ln 2 in two parts so that n times the first is exact (Cody and Waite,
/// Software Manual for the Elementary Functions, 1980, ch. 6); expm1(r) by a minimax polynomial; 2ⁿ by writing n into
/// the exponent. One algorithm for all instruction sets; without a fused multiply-add it loses a fraction of an ulp.
namespace espalier::expression::elementary {
namespace detail {

template <class Scalar>
struct exponential;

/// `series`: (expm1(r) − r) / r² on |r| <= ln 2 / 2, Remez, weighted for the relative error of expm1
/// (float 2^-25.8, double 2^-59.7, coefficients rounded).
/// `underflow`, `overflow`: where exp has become 0 or infinity, and n still fits the exponent arithmetic.
/// `smallest`: where n is the exponent of the largest subnormal number. `negligible`: where 1 − e^−x rounds to 1.
template <>
struct exponential<float> {
    static constexpr float log2_e = 0x1.715476p+0f, ln2 = 0x1.62e43p-1f, ln2_head = 0x1.62e4p-1f,
                           ln2_tail = 0x1.7f7d1cp-20f;
    static constexpr float underflow = -104.0f, smallest = -88.0f, negligible = 20.0f, overflow = 89.0f;
    static constexpr std::array series{0x1p-1f, 0x1.5554bp-3f, 0x1.55548ap-5f, 0x1.122706p-7f, 0x1.6d9796p-10f};
};

template <>
struct exponential<double> {
    static constexpr double log2_e = 0x1.71547652b82fep+0, ln2 = 0x1.62e42fefa39efp-1, ln2_head = 0x1.62e42fefa38p-1,
                            ln2_tail = 0x1.ef35793c7673p-45;
    static constexpr double underflow = -746.0, smallest = -709.0, negligible = 40.0, overflow = 710.0;
    static constexpr std::array series{0x1p-1,
                                       0x1.5555555555559p-3,
                                       0x1.555555555555ap-5,
                                       0x1.111111110f757p-7,
                                       0x1.6c16c16c1454ap-10,
                                       0x1.a01a01afa95bep-13,
                                       0x1.a01a01b079d19p-16,
                                       0x1.71ddf8dd255e8p-19,
                                       0x1.27e4c60dc626cp-22,
                                       0x1.af5de135c7186p-26,
                                       0x1.1f94d2e77f6a6p-29};
};

/// How ln 2 is subtracted n times: `coarse` in one step, which adds up to |n| ulp/8 to exp and does where exp is a
/// small part of the result by then; `fine` in two.
enum class reduction { coarse, fine };

/// exp(x) = 2ⁿ·(1 + expm1_remainder); the low bits of biased_exponent hold n + Bias.
template <class Scalar>
struct reduced_exponential {
    simd<Scalar> expm1_remainder;
    simd_bits<Scalar> biased_exponent;
};

/// Adding 1.5·2^fraction_bits rounds to an integer and leaves it in the low bits, where it is needed: no conversion
/// to integers, which 64-bit lanes lack before AVX-512.
template <int Bias, reduction Reduction, class Scalar>
ESPALIER_INLINE reduced_exponential<Scalar> reduce_exponential(const simd<Scalar>& x) {
    using constants = exponential<Scalar>;
    constexpr Scalar shift = 3 * static_cast<Scalar>(bits_scalar<Scalar>{1} << (fraction_bits<Scalar> - 1)) + Bias;
    const simd<Scalar> shifted = multiply_add(x, simd<Scalar>(constants::log2_e), simd<Scalar>(shift));
    const simd<Scalar> n = shifted - simd<Scalar>(shift);
    constexpr bool fine = Reduction == reduction::fine;
    simd<Scalar> r = multiply_add(n, simd<Scalar>(fine ? -constants::ln2_head : -constants::ln2), x);
    if constexpr (fine) r = multiply_add(n, simd<Scalar>(-constants::ln2_tail), r);
    return {multiply_add(r * r, polynomial<constants::series>(r), r), to_bits(shifted)};
}

/// 2ⁿ from n + exponent_bias; higher bits fall out.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> power_of_two(const simd_bits<Scalar>& biased_exponent) {
    return from_bits<Scalar>(biased_exponent << fraction_bits<Scalar>);
}

/// expm1(x)/2 for x from −`negligible` to `overflow`, where the half makes room for n = 128 (1024). Relatively accurate
/// near 0, except that −0 becomes 0.
template <reduction Reduction, class Scalar>
ESPALIER_INLINE simd<Scalar> half_expm1(const simd<Scalar>& x) {
    const auto [q, exponent] = reduce_exponential<exponent_bias<Scalar> - 1, Reduction>(x);
    const simd<Scalar> scale = power_of_two<Scalar>(exponent);
    return multiply_add(scale, q, scale - simd<Scalar>(Scalar(0.5)));
}

}  // namespace detail

/// e^x. Underflows gradually, through the subnormal numbers, to 0; overflows to infinity.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> exp(const simd<Scalar>& x) {
    using constants = detail::exponential<Scalar>;
    const auto [q, exponent] = detail::reduce_exponential<2 * detail::exponent_bias<Scalar>, detail::reduction::fine>(
        detail::clamp(x, constants::underflow, constants::overflow));
    // 2ⁿ in two factors, since n leaves the exponents' range at both ends: the first keeps all bits, the second rounds.
    const auto half = exponent >> 1;
    const simd<Scalar> scale = detail::power_of_two<Scalar>(half);
    return multiply_add(scale, q, scale) * detail::power_of_two<Scalar>(exponent - half);
}

/// e^x − 1, relatively accurate near 0.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> expm1(const simd<Scalar>& x) {
    using constants = detail::exponential<Scalar>;
    const auto half =
        detail::half_expm1<detail::reduction::fine>(detail::clamp(x, -constants::negligible, constants::overflow));
    return detail::with_sign_of(x, half + half);
}

/// e^x / (e^x + 1), relatively accurate in the left tail (1 − sigmoid(−x) is not), to the smallest normal number;
/// 0 from there, about −87.7 (double −708.7), on.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> sigmoid(const simd<Scalar>& x) {
    using constants = detail::exponential<Scalar>;
    const auto [q, exponent] = detail::reduce_exponential<detail::exponent_bias<Scalar>, detail::reduction::fine>(
        detail::clamp(x, constants::smallest, constants::negligible));
    const simd<Scalar> scale = detail::power_of_two<Scalar>(exponent);  // 0 for n below the normal exponents
    const simd<Scalar> e = multiply_add(scale, q, scale);
    return e / (e + simd<Scalar>(1));
}

/// tanh x = h / (h + 1) with h = expm1(2x)/2, so relatively accurate near 0; exactly odd.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> tanh(const simd<Scalar>& x) {
    const simd<Scalar> magnitude = minimum(simd<Scalar>(detail::exponential<Scalar>::negligible), abs(x + x));
    const auto half = detail::half_expm1<detail::reduction::coarse>(magnitude);
    return detail::with_sign_of(x, half / (half + simd<Scalar>(1)));
}

}  // namespace espalier::expression::elementary
