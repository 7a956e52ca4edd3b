// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <cstdint>
#include <espalier/core/simd_bytes.hpp>
#include <espalier/core/simd_lanes.hpp>
#include <vector>

namespace ep = espalier;

TEST_CASE_TEMPLATE("rows are gathered, and the last one fills the lanes past it", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    const auto check = [](auto stride) {
        for (std::size_t rows = 1; rows <= width + 1; ++rows) {
            std::vector<Scalar> from((rows - 1) * stride + 1);  // a sanitizer sees what lies behind
            for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<Scalar>(i + 1);
            const auto found = ep::gather_rows<stride>(from.data(), rows);
            for (std::size_t lane = 0; lane < width; ++lane)
                CHECK(found.get(lane) == from[std::min(lane, rows - 1) * stride]);
        }
    };
    check(std::integral_constant<std::size_t, 1>{});
    check(std::integral_constant<std::size_t, 3>{});
}

TEST_CASE_TEMPLATE("the lanes before a count", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    for (const std::size_t count : {std::size_t{0}, std::size_t{1}, width - 1, width, width + 1, std::size_t(-1)})
        for (std::size_t lane = 0; lane < width; ++lane)
            CHECK(ep::lanes_before<Scalar>(count).get(lane) == (lane < count));
}

TEST_CASE_TEMPLATE("integers of any type are loaded as scalars", Integer, bool, std::int8_t, std::uint8_t, char,
                   std::int16_t, std::uint16_t, int, unsigned, std::int64_t, std::size_t) {
    const auto check = []<class Scalar>(Scalar) {
        constexpr std::size_t width = ep::simd_width<Scalar>;
        Integer from[width];
        constexpr std::size_t largest = sizeof(Integer) == 1 ? 127 : sizeof(Integer) == 2 ? 32767 : 1 << 24;
        for (std::size_t lane = 0; lane < width; ++lane)
            from[lane] = static_cast<Integer>(std::is_same_v<Integer, bool> ? lane % 3 % 2 : largest - lane);
        const auto found = ep::load_integers<Scalar>(from);
        for (std::size_t lane = 0; lane < width; ++lane) CHECK(found.get(lane) == static_cast<Scalar>(from[lane]));
    };
    check(float{});
    check(double{});
}
