// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include <espalier/expression/elementary_arithmetic.hpp>

/// sin and cos.
///
/// Method: x = n·π/2 + r with |r| <= π/4, π/2 in parts so short that n times each but the last is exact (Cody and
/// Waite), minimax polynomials for both functions on r, and n mod 4 chooses. Enough parts that r keeps its relative
/// accuracy next to the zeros. Arguments beyond `limit` (about 12,800 for float, 1.6 million for double), where that
/// ends, go lane by lane to the standard library: rare in a network, but right.
namespace espalier::expression::elementary {
namespace detail {

/// `sine`: (sin r / r − 1) / r² in r²; `cosine`: (cos r − 1 + r²/2) / r⁴ in r². Remez (float 2^-27, double 2^-56).
template <class Scalar>
struct trigonometric;

template <>
struct trigonometric<float> {
    static constexpr float limit = 12800.0f, two_over_pi = 0x1.45f306p-1f;
    static constexpr std::array half_pi{0x1.92p+0f, 0x1.fb4p-12f, 0x1.444p-24f, 0x1.68cp-39f, 0x1.1a6264p-54f};
    static constexpr std::array sine{-0x1.555546p-3f, 0x1.110798p-7f, -0x1.995dcap-13f};
    static constexpr std::array cosine{0x1.55554ep-5f, -0x1.6c0e0ep-10f, 0x1.9a62aep-16f};
};

template <>
struct trigonometric<double> {
    static constexpr double limit = 1.6e6, two_over_pi = 0x1.45f306dc9c883p-1;
    static constexpr std::array half_pi{0x1.921fb544p+0, 0x1.0b4611a6p-34, 0x1.3198a2ep-69, 0x1.b839a252049c1p-104};
    static constexpr std::array sine{-0x1.555555555554bp-3, 0x1.111111110fb85p-7,   -0x1.a01a019c6195p-13,
                                     0x1.71de35b32a96ap-19, -0x1.ae5e8f3ce49e2p-26, 0x1.5d9dae3c4e6a5p-33};
    static constexpr std::array cosine{0x1.5555555555554p-5,   -0x1.6c16c16c1621fp-10, 0x1.a01a019e3557ep-16,
                                       -0x1.27e4f9107b532p-22, 0x1.1eea941cbb7ffp-29,  -0x1.900115a8502d5p-37};
};

/// sin(x + QuarterTurns·π/2) for |x| <= limit.
template <unsigned QuarterTurns, class Scalar>
ESPALIER_INLINE simd<Scalar> sine_inside(const simd<Scalar>& x) {
    using constants = trigonometric<Scalar>;
    using bits = bits_scalar<Scalar>;
    constexpr Scalar shift = 3 * static_cast<Scalar>(bits{1} << (fraction_bits<Scalar> - 1));
    const simd<Scalar> shifted = multiply_add(x, simd<Scalar>(constants::two_over_pi), simd<Scalar>(shift));
    const simd<Scalar> n = shifted - simd<Scalar>(shift);
    simd<Scalar> r = x;
    unroll<std::size(constants::half_pi)>(
        [&](auto part) ESPALIER_INLINE_LAMBDA { r = multiply_add(n, simd<Scalar>(-constants::half_pi[part]), r); });
    const simd<Scalar> z = r * r;
    const simd<Scalar> sine = with_sign_of(r, multiply_add(r * z, polynomial<constants::sine>(z), r));
    const simd<Scalar> cosine = multiply_add(z * z, polynomial<constants::cosine>(z),
                                             multiply_add(z, simd<Scalar>(Scalar(-0.5)), simd<Scalar>(1)));
    // Bit 0 of n exchanges the functions, bit 1 is the sign.
    const simd_bits<Scalar> quarter = to_bits(shifted) + simd_bits<Scalar>(bits{QuarterTurns});
    const simd_bits<Scalar> odd = simd_bits<Scalar>(0) - (quarter & simd_bits<Scalar>(1));
    const simd_bits<Scalar> chosen = to_bits(sine) ^ ((to_bits(sine) ^ to_bits(cosine)) & odd);
    return from_bits<Scalar>(chosen ^ ((quarter >> 1) << (std::numeric_limits<bits>::digits - 1)));
}

/// The lanes of x beyond the limit, by the standard library; infinities give NaN.
template <class Scalar>
[[gnu::noinline, gnu::cold]] simd<Scalar> far_lanes(const simd<Scalar>& x, const simd<Scalar>& inside,
                                                    Scalar (*function)(Scalar)) {
    alignas(alignment) std::array<Scalar, simd_width<Scalar>> arguments, values;
    x.store_aligned(arguments.data());
    inside.store_aligned(values.data());
    for (std::size_t lane = 0; lane < arguments.size(); ++lane) {
        if (!(std::abs(arguments[lane]) <= trigonometric<Scalar>::limit)) values[lane] = function(arguments[lane]);
    }
    return simd<Scalar>::load_aligned(values.data());
}

}  // namespace detail

/// sin x, x in radians.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> sin(const simd<Scalar>& x) {
    const simd<Scalar> inside = detail::sine_inside<0>(x);
    if (xsimd::all(abs(x) <= simd<Scalar>(detail::trigonometric<Scalar>::limit))) [[likely]]
        return inside;
    return detail::far_lanes<Scalar>(x, inside, [](Scalar argument) { return std::sin(argument); });
}

/// cos x, x in radians.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> cos(const simd<Scalar>& x) {
    const simd<Scalar> inside = detail::sine_inside<1>(x);
    if (xsimd::all(abs(x) <= simd<Scalar>(detail::trigonometric<Scalar>::limit))) [[likely]]
        return inside;
    return detail::far_lanes<Scalar>(x, inside, [](Scalar argument) { return std::cos(argument); });
}

}  // namespace espalier::expression::elementary
