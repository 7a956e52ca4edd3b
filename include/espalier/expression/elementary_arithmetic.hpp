// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <type_traits>

#include <espalier/core/simd.hpp>

/// What the elementary functions are made of, and the five that one or two instructions compute.
namespace espalier::expression::elementary {

/// |x|; the sign of a NaN is cleared too.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> abs(const simd<Scalar>& x) {
    return xsimd::abs(x);
}

/// √x, correctly rounded; NaN for x < 0.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> sqrt(const simd<Scalar>& x) {
#if defined(__aarch64__)
    // On NEON xsimd 8.1 multiplies floats by an estimate of 1/√x, which √−0 has not.
    simd<Scalar> root = x;
    for (std::size_t lane = 0; lane < simd_width<Scalar>; ++lane) root.data[lane] = std::sqrt(x.data[lane]);
    return root;
#else
    return xsimd::sqrt(x);
#endif
}

/// x / y, correctly rounded by the compilers' own vectors: on NEON xsimd 8.1 multiplies floats by an estimate of 1/y.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> divide(const simd<Scalar>& x, const simd<Scalar>& y) {
    return simd<Scalar>(x.data / y.data);
}

/// The larger operand, NaN if either is NaN. Put a constant first: the x86 instruction returns its second operand when
/// it meets a NaN, so only the first needs a look. That look is a comparison of the compilers' own vectors, which they
/// fold for a constant (leaving one instruction), unlike xsimd's; and xsimd 8.1's x != x is false for NaN on AVX.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> maximum(const simd<Scalar>& x, const simd<Scalar>& y) {
    return simd<Scalar>(x.data == x.data ? xsimd::max(x, y).data : x.data);
}

/// The smaller operand, NaN if either is NaN. Put a constant first, as for `maximum`.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> minimum(const simd<Scalar>& x, const simd<Scalar>& y) {
    return simd<Scalar>(x.data == x.data ? xsimd::min(x, y).data : x.data);
}

namespace detail {

template <class Scalar>
using bits_scalar = std::conditional_t<sizeof(Scalar) == 4, std::uint32_t, std::uint64_t>;

/// The bit patterns of a register. Unsigned, because xsimd emulates the arithmetic shift of 64-bit lanes on AVX2.
template <class Scalar>
using simd_bits = xsimd::batch<bits_scalar<Scalar>>;

template <class Scalar>
ESPALIER_INLINE simd_bits<Scalar> to_bits(const simd<Scalar>& x) {
    return xsimd::bitwise_cast<simd_bits<Scalar>>(x);
}

template <class Scalar>
ESPALIER_INLINE simd<Scalar> from_bits(const simd_bits<Scalar>& x) {
    return xsimd::bitwise_cast<simd<Scalar>>(x);
}

/// Bits of the stored significand, and the exponent's bias: 23 and 127, 52 and 1023.
template <class Scalar>
inline constexpr int fraction_bits = std::numeric_limits<Scalar>::digits - 1;
template <class Scalar>
inline constexpr int exponent_bias = std::numeric_limits<Scalar>::max_exponent - 1;

/// Coefficients[First] + Coefficients[First + Step]·x + Coefficients[First + 2·Step]·x² + … by Horner's rule.
template <const auto& Coefficients, std::size_t First, std::size_t Step, class Scalar>
ESPALIER_INLINE simd<Scalar> horner(const simd<Scalar>& x) {
    constexpr std::size_t degree = (std::size(Coefficients) - 1 - First) / Step;
    simd<Scalar> sum(Coefficients[First + degree * Step]);
    unroll<degree>([&](auto i) ESPALIER_INLINE_LAMBDA {
        sum = multiply_add(sum, x, simd<Scalar>(Coefficients[First + (degree - 1 - i) * Step]));
    });
    return sum;
}

/// Coefficients[0] + Coefficients[1]·x + …: even and odd powers apart, which costs a square and halves the wait of one
/// multiply-add for the next (6 to 30 % of a function's time).
template <const auto& Coefficients, class Scalar>
ESPALIER_INLINE simd<Scalar> polynomial(const simd<Scalar>& x) {
    if constexpr (std::size(Coefficients) < 5) {
        return horner<Coefficients, 0, 1>(x);
    } else {
        const simd<Scalar> square = x * x;
        return multiply_add(x, horner<Coefficients, 1, 2>(square), horner<Coefficients, 0, 2>(square));
    }
}

/// x limited to [low, high]; a NaN stays.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> clamp(const simd<Scalar>& x, Scalar low, Scalar high) {
    return minimum(simd<Scalar>(high), maximum(simd<Scalar>(low), x));
}

/// Gives a zero the sign of x; any other value must have that sign already, or be positive.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> with_sign_of(const simd<Scalar>& x, const simd<Scalar>& value) {
    return value | xsimd::bitofsign(x);
}

}  // namespace detail
}  // namespace espalier::expression::elementary
