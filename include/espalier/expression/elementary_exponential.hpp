// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_arithmetic.hpp>

/// exp, expm1 and what is written in them: sigmoid, tanh, erf.
///
/// Method: x = n·ln 2 + r with |r| <= ln 2 / 2, ln 2 in two parts so that n times the first is exact (Cody and Waite,
/// Software Manual for the Elementary Functions, 1980, ch. 6); expm1(r) by a minimax polynomial, or, where the function
/// divides anyway, e^r as a quotient; 2ⁿ by writing n into the exponent. One algorithm for all instruction sets;
/// without a fused multiply-add it loses a fraction of an ulp.
namespace espalier::expression::elementary {
namespace detail {

template <class Scalar>
struct exponential;

/// `series`: (expm1(r) − r) / r² on |r| <= ln 2 / 2, Remez, weighted for the relative error of expm1
/// (float 2^-25.8, double 2^-59.7, coefficients rounded).
/// `numerator`, `denominator`: of 2·tanh(r/2)/r in r², |r| <= ln 2 / 2, Remez, weighted for the relative error of tanh
/// (float 2^-30.7, double 2^-57.4, coefficients rounded).
/// `underflow`, `overflow`: where exp has become 0 or infinity, and n still fits the exponent arithmetic.
/// `smallest`: where sigmoid has become 0. `negligible`: where 1 − e^−x rounds to 1.
template <>
struct exponential<float> {
    static constexpr float log2_e = 0x1.715476p+0f, ln2 = 0x1.62e43p-1f, ln2_head = 0x1.62e4p-1f,
                           ln2_tail = 0x1.7f7d1cp-20f;
    static constexpr float underflow = -104.0f, smallest = -89.0f, negligible = 20.0f, overflow = 89.0f;
    static constexpr std::array series{0x1p-1f, 0x1.5554bp-3f, 0x1.55548ap-5f, 0x1.122706p-7f, 0x1.6d9796p-10f};
    static constexpr std::array numerator{0x1p+0f, 0x1.10b6eep-6f}, denominator{0x1p+0f, 0x1.9982fcp-4f};
};

template <>
struct exponential<double> {
    static constexpr double log2_e = 0x1.71547652b82fep+0, ln2 = 0x1.62e42fefa39efp-1, ln2_head = 0x1.62e42fefa38p-1,
                            ln2_tail = 0x1.ef35793c7673p-45;
    static constexpr double underflow = -746.0, smallest = -710.0, negligible = 40.0, overflow = 710.0;
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
    static constexpr std::array numerator{0x1p+0, 0x1.c70fc81195b5ap-6, 0x1.1530aedd6af0cp-14},
        denominator{0x1p+0, 0x1.c7194759bab99p-4, 0x1.03fbfeef200c0p-10};
};

/// How ln 2 is subtracted n times: `coarse` in one step, which adds up to |n| ulp/8 to exp and does where exp is a
/// small part of the result by then; `fine` in two.
enum class reduction { coarse, fine };

/// rate·x = n·ln 2 + rate·remainder; the low bits of biased_exponent hold n + Bias.
template <class Scalar>
struct reduced_argument {
    simd<Scalar> remainder;
    simd_bits<Scalar> biased_exponent;
};

/// Rate: a power of two or minus one, which costs nothing here.
/// Adding 1.5·2^fraction_bits rounds to an integer and leaves it in the low bits, where it is needed: no conversion
/// to integers, which 64-bit lanes lack before AVX-512.
template <int Bias, reduction Reduction, int Rate = 1, class Scalar>
ESPALIER_INLINE reduced_argument<Scalar> reduce(const simd<Scalar>& x) {
    using constants = exponential<Scalar>;
    constexpr Scalar shift = 3 * static_cast<Scalar>(bits_scalar<Scalar>{1} << (fraction_bits<Scalar> - 1)) + Bias;
    const simd<Scalar> shifted = multiply_add(x, simd<Scalar>(Rate * constants::log2_e), simd<Scalar>(shift));
    const simd<Scalar> n = shifted - simd<Scalar>(shift);
    constexpr bool fine = Reduction == reduction::fine;
    simd<Scalar> r = multiply_add(n, simd<Scalar>((fine ? constants::ln2_head : constants::ln2) / -Rate), x);
    if constexpr (fine) r = multiply_add(n, simd<Scalar>(constants::ln2_tail / -Rate), r);
    return {r, to_bits(shifted)};
}

/// expm1(r).
template <class Scalar>
ESPALIER_INLINE simd<Scalar> expm1_remainder(const simd<Scalar>& r) {
    return multiply_add(r * r, polynomial<exponential<Scalar>::series>(r), r);
}

/// tanh(rate·r/2) = odd / even, so e^(rate·r) = (even + odd) / (even − odd); both are near 1 for |rate·r| <= ln 2 / 2.
template <class Scalar>
struct quotient_parts {
    simd<Scalar> odd, even;
};

/// Coefficients of a polynomial in (factor·x)², times a scale; both are powers of two.
template <class Scalar, std::size_t Count>
consteval std::array<Scalar, Count> rescaled(std::array<Scalar, Count> coefficients, Scalar factor, Scalar scale) {
    for (Scalar& each : coefficients) {
        each *= scale;
        scale *= factor * factor;
    }
    return coefficients;
}

template <class Scalar, int Rate>
inline constexpr auto numerator = rescaled(exponential<Scalar>::numerator, Scalar(Rate), Scalar(Rate) / 2);
template <class Scalar, int Rate>
inline constexpr auto denominator = rescaled(exponential<Scalar>::denominator, Scalar(Rate), Scalar(1));

template <int Rate = 1, class Scalar>
ESPALIER_INLINE quotient_parts<Scalar> quotient(const simd<Scalar>& r) {
    const simd<Scalar> square = r * r;
    return {r * polynomial<numerator<Scalar, Rate>>(square), polynomial<denominator<Scalar, Rate>>(square)};
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
    const auto [r, exponent] = reduce<exponent_bias<Scalar> - 1, Reduction>(x);
    const simd<Scalar> scale = power_of_two<Scalar>(exponent);
    return multiply_add(scale, expm1_remainder(r), scale - simd<Scalar>(Scalar(0.5)));
}

}  // namespace detail

/// e^x. Underflows gradually, through the subnormal numbers, to 0; overflows to infinity.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> exp(const simd<Scalar>& x) {
    using constants = detail::exponential<Scalar>;
    const auto [r, exponent] = detail::reduce<2 * detail::exponent_bias<Scalar>, detail::reduction::fine>(
        detail::clamp(x, constants::underflow, constants::overflow));
    // 2ⁿ in two factors, since n leaves the exponents' range at both ends: the first keeps all bits, the second rounds.
    const auto half = exponent >> 1;
    const simd<Scalar> scale = detail::power_of_two<Scalar>(half);
    return multiply_add(scale, detail::expm1_remainder(r), scale) * detail::power_of_two<Scalar>(exponent - half);
}

/// e^x − 1, relatively accurate near 0.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> expm1(const simd<Scalar>& x) {
    using constants = detail::exponential<Scalar>;
    const auto half =
        detail::half_expm1<detail::reduction::fine>(detail::clamp(x, -constants::negligible, constants::overflow));
    return detail::with_sign_of(x, half + half);
}

/// 1 / (1 + e^−x), relatively accurate in the left tail (1 − sigmoid(−x) is not), to the smallest normal number, about
/// −87.3 (double −708.4); 0 from about −88.4 (−709.4) on.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> sigmoid(const simd<Scalar>& x) {
    using constants = detail::exponential<Scalar>;
    const auto [r, exponent] = detail::reduce<detail::exponent_bias<Scalar>, detail::reduction::fine, -1>(
        detail::clamp(x, constants::smallest, constants::negligible));
    const auto [odd, even] = detail::quotient<-1>(r);
    const simd<Scalar> scale = detail::power_of_two<Scalar>(exponent);  // infinity for n beyond the normal exponents
    const simd<Scalar> rest = even - odd;
    return divide(rest, multiply_add(scale, even + odd, rest));
}

/// tanh x = (h·(even + odd) + odd) / (h·(even + odd) + even) with h = (2ⁿ − 1)/2, for 2|x| = n·ln 2 + r: relatively
/// accurate near 0, where h = 0; near 1 numerator and denominator share the first term and its error. Exactly odd, and
/// never beyond 1.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> tanh(const simd<Scalar>& x) {
    const simd<Scalar> magnitude = minimum(simd<Scalar>(detail::exponential<Scalar>::negligible / 2), abs(x));
    const auto [r, exponent] =
        detail::reduce<detail::exponent_bias<Scalar> - 1, detail::reduction::coarse, 2>(magnitude);
    const auto [odd, even] = detail::quotient<2>(r);
    const simd<Scalar> shared = (detail::power_of_two<Scalar>(exponent) - simd<Scalar>(Scalar(0.5))) * (even + odd);
    return detail::with_sign_of(x, divide(shared + odd, shared + even));
}

}  // namespace espalier::expression::elementary
