// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <espalier/core/simd.hpp>
#include <limits>
#include <utility>
#include <vector>

namespace ep = espalier;

namespace {

/// Distinct numbers that are exact in either scalar, as are sums of a vector of them.
template <class Scalar>
std::vector<Scalar> numbers(std::size_t count) {
    std::vector<Scalar> list(count);
    for (std::size_t i = 0; i < count; ++i) list[i] = static_cast<Scalar>(1 + 3 * i) / 4;
    return list;
}

template <class Scalar>
std::array<Scalar, ep::simd_width<Scalar>> lanes_of(const ep::simd<Scalar>& value) {
    std::array<Scalar, ep::simd_width<Scalar>> lanes;
    ep::store(lanes.data(), value);
    return lanes;
}

template <class Scalar, class Function>
void for_each_count(Function&& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
        (f(std::integral_constant<std::size_t, I + 1>{}), ...);
    }(std::make_index_sequence<ep::simd_width<Scalar>>{});
}

}  // namespace

TEST_CASE_TEMPLATE("a partial load reads its lanes, ends where it should, and clears the others", Scalar, float,
                   double) {
    for_each_count<Scalar>([](auto count) {
        const auto from = numbers<Scalar>(count);  // exactly as long: a sanitizer sees what lies behind
        const auto lanes = lanes_of(ep::load_partial<count>(from.data()));
        for (std::size_t i = 0; i < lanes.size(); ++i) CHECK(lanes[i] == (i < count ? from[i] : Scalar{}));
    });
}

TEST_CASE_TEMPLATE("a partial store leaves what lies behind it", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    const auto from = numbers<Scalar>(width);
    for_each_count<Scalar>([&](auto count) {
        std::vector<Scalar> to(count + 1, Scalar{-7});
        ep::store_partial<count>(to.data(), ep::load(from.data()));
        for (std::size_t i = 0; i < count; ++i) CHECK(to[i] == from[i]);
        CHECK(to[count] == Scalar{-7});
    });
}

TEST_CASE_TEMPLATE("a square is transposed", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    const auto from = numbers<Scalar>(width * width);
    ep::simd_square<Scalar> square;
    for (std::size_t i = 0; i < width; ++i) square.rows[i] = ep::load(from.data() + i * width);
    ep::transpose<Scalar>(square);
    for (std::size_t i = 0; i < width; ++i)
        for (std::size_t k = 0; k < width; ++k) CHECK(lanes_of(square.rows[i])[k] == from[k * width + i]);
}

TEST_CASE_TEMPLATE("lane l of sum_lanes is the sum of row l", Scalar, float, double) {
    constexpr std::size_t width = ep::simd_width<Scalar>;
    const auto from = numbers<Scalar>(width * width);
    ep::simd_square<Scalar> square;
    for (std::size_t i = 0; i < width; ++i) square.rows[i] = ep::load(from.data() + i * width);
    const auto sums = lanes_of(ep::sum_lanes<Scalar>(square));
    for (std::size_t i = 0; i < width; ++i) {
        Scalar expected{};
        for (std::size_t k = 0; k < width; ++k) expected += from[i * width + k];
        CHECK(sums[i] == expected);
    }
}

TEST_CASE_TEMPLATE("multiply_add rounds once where the machine can", Scalar, float, double) {
    const auto lanes_times = [](Scalar a, Scalar b, Scalar c) {
        return lanes_of(ep::multiply_add(ep::simd<Scalar>(a), ep::simd<Scalar>(b), ep::simd<Scalar>(c)));
    };
    for (const Scalar each : lanes_times(3, 5, 7)) CHECK(each == 22);
#if defined(__FMA__) || defined(__aarch64__)
    // (1 + e)² − (1 + 2e) = e², which a product that is rounded first has lost.
    // Volatile: two constants the compiler would multiply itself, and round.
    const volatile Scalar hidden = std::numeric_limits<Scalar>::epsilon();
    const Scalar e = hidden;
    for (const Scalar each : lanes_times(1 + e, 1 + e, -(1 + 2 * e))) CHECK(each == e * e);
#endif
}

TEST_CASE("unroll calls with each index, in order") {
    std::vector<std::size_t> seen;
    ep::unroll<5>([&](auto i) { seen.push_back(i); });
    CHECK(seen == std::vector<std::size_t>{0, 1, 2, 3, 4});
    ep::unroll<0>([&](auto) { FAIL("no index"); });
}
