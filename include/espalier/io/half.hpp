// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstdint>

/// Floating-point numbers of 16 bits, which C++20 has no type for. Every one of them is a float.
namespace espalier::io {

/// IEEE 754 binary16 (1 sign, 5 exponent, 10 fraction bits) as a float. Exact; NaN stays NaN.
constexpr float float_from_half(std::uint16_t bits) {
    const std::uint32_t sign = std::uint32_t{bits} >> 15 << 31;
    const std::uint32_t exponent = bits >> 10 & 0x1fu, fraction = bits & 0x3ffu;
    if (exponent == 0x1f) return std::bit_cast<float>(sign | 0x7f800000u | fraction << 13);
    if (exponent == 0) {
        const float size = static_cast<float>(fraction) * 0x1p-24f;
        return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(size));
    }
    return std::bit_cast<float>(sign | (exponent + 127 - 15) << 23 | fraction << 13);
}

/// bfloat16 (the upper half of a float) as a float. Exact.
constexpr float float_from_bfloat(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t{bits} << 16); }

}  // namespace espalier::io
