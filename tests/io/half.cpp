// SPDX-License-Identifier: MIT
#include <espalier/io/half.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace io = espalier::io;

TEST_CASE("numbers of 16 bits become the floats that they are") {
    for (std::uint32_t bits = 0; bits < 0x10000; ++bits) {
        const int exponent = static_cast<int>(bits >> 10 & 31), fraction = static_cast<int>(bits & 1023);
        const float size = exponent == 31  ? (fraction ? std::numeric_limits<float>::quiet_NaN() : HUGE_VALF)
                           : exponent == 0 ? std::ldexp(static_cast<float>(fraction), -24)
                                           : std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
        const float found = io::float_from_half(static_cast<std::uint16_t>(bits));
        const float expected = bits >> 15 ? -size : size;
        const bool equal =
            std::isnan(size) ? std::isnan(found) : found == expected && std::signbit(found) == bits >> 15;
        REQUIRE(equal);
        REQUIRE(std::bit_cast<std::uint32_t>(io::float_from_bfloat(static_cast<std::uint16_t>(bits))) == bits << 16);
    }
}
