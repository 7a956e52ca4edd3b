// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <espalier/io/error.hpp>

/// Numbers as files store them, and which of them may become which C++ scalar: what npy and IDX share.
namespace espalier::io {

/// What a number in a file can be, named as numpy does: kind and bytes.
enum class element : unsigned char { b1, i1, u1, i2, u2, i4, u4, i8, u8, f4, f8 };

inline constexpr std::array<std::string_view, 11> element_names{"b1", "i1", "u1", "i2", "u2", "i4",
                                                                "u4", "i8", "u8", "f4", "f8"};

constexpr std::string_view name_of(element type) { return element_names[static_cast<std::size_t>(type)]; }
constexpr std::size_t size_of(element type) { return static_cast<std::size_t>(name_of(type)[1] - '0'); }

/// The element of that name, if there is one.
constexpr std::optional<element> element_named(std::string_view name) {
    for (std::size_t i = 0; i < element_names.size(); ++i) {
        if (element_names[i] == name) return static_cast<element>(i);
    }
    return std::nullopt;
}

/// Scalars that files are read into and written from.
template <class T>
concept Element = std::same_as<T, bool> || std::same_as<T, std::int8_t> || std::same_as<T, std::uint8_t> ||
                  std::same_as<T, std::int16_t> || std::same_as<T, std::uint16_t> || std::same_as<T, std::int32_t> ||
                  std::same_as<T, std::uint32_t> || std::same_as<T, std::int64_t> || std::same_as<T, std::uint64_t> ||
                  std::same_as<T, float> || std::same_as<T, double>;

template <Element T>
inline constexpr element element_of = [] {
    constexpr char kind = std::same_as<T, bool>     ? 'b'
                          : std::floating_point<T>  ? 'f'
                          : std::signed_integral<T> ? 'i'
                                                    : 'u';
    constexpr std::array<char, 2> name{kind, static_cast<char>('0' + sizeof(T))};
    return *element_named({name.data(), name.size()});
}();

/// Calls f(std::type_identity<Scalar>) with the C++ type of a file's element.
template <class Function>
decltype(auto) with_element(element type, Function&& f) {
    switch (type) {
        case element::b1:
            return f(std::type_identity<bool>{});
        case element::i1:
            return f(std::type_identity<std::int8_t>{});
        case element::u1:
            return f(std::type_identity<std::uint8_t>{});
        case element::i2:
            return f(std::type_identity<std::int16_t>{});
        case element::u2:
            return f(std::type_identity<std::uint16_t>{});
        case element::i4:
            return f(std::type_identity<std::int32_t>{});
        case element::u4:
            return f(std::type_identity<std::uint32_t>{});
        case element::i8:
            return f(std::type_identity<std::int64_t>{});
        case element::u8:
            return f(std::type_identity<std::uint64_t>{});
        case element::f4:
            return f(std::type_identity<float>{});
        case element::f8:
            break;
    }
    return f(std::type_identity<double>{});
}

/// Whether every number of kind `from` may be asked for as a `to`: bool becomes any number, an integer any integer
/// or floating-point number, a floating-point number only another one. Precision may shrink, the kind may not.
constexpr bool readable_as(element to, element from) {
    const auto is_real = [](element each) { return each == element::f4 || each == element::f8; };
    return to == from || (to != element::b1 && (is_real(to) || !is_real(from)));
}

template <Element To, Element From>
inline constexpr bool same_kind = readable_as(element_of<To>, element_of<From>);

namespace detail {

/// The stored bytes as a From, then as a To; nothing if the value has no place in To.
template <Element To, Element From>
std::optional<To> decode_one(const unsigned char* bytes, std::endian order) {
    std::array<unsigned char, sizeof(From)> raw;
    std::memcpy(raw.data(), bytes, sizeof(From));
    if (order != std::endian::native) std::reverse(raw.begin(), raw.end());
    if constexpr (std::same_as<From, bool>) {
        if (raw[0] > 1) return std::nullopt;
        return static_cast<To>(raw[0]);
    } else {
        const From value = std::bit_cast<From>(raw);
        if constexpr (std::integral<To> && std::integral<From>) {
            if (!std::in_range<To>(value)) return std::nullopt;
        } else if constexpr (std::floating_point<From> && sizeof(To) < sizeof(From)) {
            // NaN and infinity keep their meaning; a finite value must not become infinite.
            if (std::isfinite(value) && std::abs(value) > From{std::numeric_limits<To>::max()}) return std::nullopt;
        }
        return static_cast<To>(value);
    }
}

}  // namespace detail

/// Decodes bytes.size() / size_of(type) numbers into `to`; the type must be readable as To.
/// Returns how many were decoded: fewer than asked if the next one has no place in To.
template <Element To>
std::size_t decode(element type, std::endian order, std::span<const unsigned char> bytes, To* to) {
    return with_element(type, [&]<class From>(std::type_identity<From>) -> std::size_t {
        const std::size_t count = bytes.size() / sizeof(From);
        if constexpr (!same_kind<To, From>) {
            return 0;
        } else {
            if constexpr (std::same_as<To, From> && !std::same_as<To, bool>) {
                if (order == std::endian::native) {
                    if (count > 0) std::memcpy(to, bytes.data(), count * sizeof(From));
                    return count;
                }
            }
            for (std::size_t i = 0; i < count; ++i) {
                const std::optional<To> value = detail::decode_one<To, From>(bytes.data() + i * sizeof(From), order);
                if (!value) return i;
                to[i] = *value;
            }
            return count;
        }
    });
}

/// How many values stand before the first that is no finite number: all of them if there is none.
template <Element T>
std::size_t count_finite(std::span<const T> values) {
    if constexpr (std::floating_point<T>) {
        const auto bad = std::find_if_not(values.begin(), values.end(), [](T value) { return std::isfinite(value); });
        return static_cast<std::size_t>(bad - values.begin());
    } else {
        return values.size();
    }
}

/// "nan", "inf" or "-inf": a value that is not finite, for an error message. A NaN has no sign that matters.
template <Element T>
[[gnu::cold]] std::string non_finite_text(T value) {
    if (value != value) return "nan";
    return value > T{} ? "inf" : "-inf";
}

/// The bytes that extents × size takes, or nothing where that, or the extents other than 0 alone, leave the
/// range of std::ptrdiff_t (what array indices and strides can express).
inline std::optional<std::size_t> bytes_of(std::span<const std::size_t> extents, std::size_t size) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max());
    std::size_t nonzero = size;
    bool empty = false;
    for (const std::size_t extent : extents) {
        if (extent == 0) {
            empty = true;
        } else if (nonzero > most / extent) {
            return std::nullopt;
        } else {
            nonzero *= extent;
        }
    }
    return empty ? 0 : nonzero;
}

/// "(3, 4)" for an error message.
[[gnu::cold]] inline std::string shape_text(std::span<const std::size_t> extents) {
    std::string text = "(";
    for (std::size_t i = 0; i < extents.size(); ++i) text += text_of({i ? ", " : "", extents[i]});
    return text_of({text, extents.size() == 1 ? ",)" : ")"});
}

}  // namespace espalier::io
