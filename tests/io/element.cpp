// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include <espalier/io/element.hpp>

namespace io = espalier::io;

static_assert(io::element_of<bool> == io::element::b1 && io::element_of<std::int8_t> == io::element::i1);
static_assert(io::element_of<std::uint64_t> == io::element::u8 && io::element_of<double> == io::element::f8);
static_assert(io::size_of(io::element::i2) == 2 && io::name_of(io::element::f4) == "f4");
static_assert(io::element_named("u4") == io::element::u4 && !io::element_named("f2") && !io::element_named(""));
static_assert(io::same_kind<float, std::int64_t> && io::same_kind<float, bool> && io::same_kind<float, double>);
static_assert(io::same_kind<std::int8_t, std::uint64_t> && io::same_kind<std::int32_t, bool>);
static_assert(!io::same_kind<std::int64_t, float> && !io::same_kind<bool, std::uint8_t>);

namespace {

/// How many of the stored values a To can take, and what it makes of them.
template <class To, class From>
std::size_t decoded(const std::vector<From>& values, std::vector<To>& to, std::endian order = std::endian::native) {
    std::vector<unsigned char> bytes(values.size() * sizeof(From));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    to.assign(values.size(), To{});
    return io::decode(io::element_of<From>, order, std::span<const unsigned char>(bytes), to.data());
}

}  // namespace

TEST_CASE("integers keep their value or are refused") {
    std::vector<std::int8_t> small;
    CHECK(decoded(std::vector<std::int32_t>{-128, 127, 128, 0}, small) == 2);
    CHECK(small[0] == -128);
    CHECK(small[1] == 127);
    std::vector<std::uint64_t> large;
    CHECK(decoded(std::vector<std::int8_t>{5, -1}, large) == 1);
    std::vector<std::int64_t> wide;
    CHECK(decoded(std::vector<std::uint64_t>{std::uint64_t{1} << 63}, wide) == 0);
}

TEST_CASE("no finite number becomes infinite, the others keep their meaning") {
    constexpr double largest = std::numeric_limits<float>::max();
    std::vector<float> values;
    CHECK(decoded(std::vector<double>{1e-60, largest, -largest, std::numeric_limits<double>::infinity(),
                                      std::numeric_limits<double>::quiet_NaN(), 1e39},
                  values) == 5);
    CHECK(values[0] == 0);
    CHECK(values[2] == -std::numeric_limits<float>::max());
    CHECK(values[3] == std::numeric_limits<float>::infinity());
    CHECK(values[4] != values[4]);
}

TEST_CASE("the first number that is not finite is found and named") {
    using limits = std::numeric_limits<float>;
    const auto finite = [](std::vector<float> values) { return io::count_finite(std::span<const float>(values)); };
    CHECK(finite({}) == 0);
    CHECK(finite({limits::max(), limits::denorm_min(), limits::lowest()}) == 3);
    CHECK(finite({limits::quiet_NaN(), 1}) == 0);
    CHECK(finite({1, -limits::infinity(), limits::quiet_NaN()}) == 1);
    constexpr std::array<std::int64_t, 2> integers{std::numeric_limits<std::int64_t>::min(), -1};
    CHECK(io::count_finite(std::span<const std::int64_t>(integers)) == 2);
    CHECK(io::non_finite_text(-limits::quiet_NaN()) == "nan");
    CHECK(io::non_finite_text(std::numeric_limits<double>::infinity()) == "inf");
    CHECK(io::non_finite_text(-limits::infinity()) == "-inf");
}

TEST_CASE("bytes are turned round where the order is foreign") {
    constexpr std::array<unsigned char, 4> bytes{0x00, 0x00, 0x01, 0x02};
    std::int32_t value = 0;
    CHECK(io::decode(io::element::i4, std::endian::big, std::span<const unsigned char>(bytes), &value) == 1);
    CHECK(value == 0x102);
    CHECK(io::decode(io::element::i4, std::endian::little, std::span<const unsigned char>(bytes), &value) == 1);
    CHECK(value == 0x2010000);
}

TEST_CASE("a bool is 0 or 1") {
    constexpr std::array<unsigned char, 3> bytes{0, 1, 2};
    std::array<float, 3> values{};
    CHECK(io::decode(io::element::b1, std::endian::little, std::span<const unsigned char>(bytes), values.data()) == 2);
    CHECK(values[1] == 1);
}

TEST_CASE("sizes that no array can have are found before they are multiplied") {
    constexpr std::size_t large = std::size_t{1} << 32;
    const auto bytes = [](std::vector<std::size_t> extents) { return io::bytes_of(extents, 4); };
    CHECK(bytes({3, 5}) == 60);
    CHECK(bytes({}) == 4);
    CHECK(bytes({3, 0}) == 0);
    CHECK_FALSE(bytes({large, large}));
    CHECK_FALSE(bytes({large, 0, large}));
    CHECK_FALSE(bytes({large / 2, large / 4}));
    CHECK(bytes({large / 4, large / 4}) == std::size_t{1} << 62);
    CHECK_FALSE(bytes({std::numeric_limits<std::size_t>::max()}));
    CHECK(io::shape_text(std::vector<std::size_t>{3}) == "(3,)");
    CHECK(io::shape_text(std::vector<std::size_t>{3, 4}) == "(3, 4)");
}
