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

/// Whether every number of kind `from` may be asked for as a `to`: bool becomes any number, an integer any integer
/// or floating-point number, a floating-point number only another one. Precision may shrink, the kind may not.
constexpr bool readable_as(element to, element from) {
    const auto is_real = [](element each) { return each == element::f4 || each == element::f8; };
    return to == from || (to != element::b1 && (is_real(to) || !is_real(from)));
}

template <Element To, Element From>
inline constexpr bool same_kind = readable_as(element_of<To>, element_of<From>);

namespace detail {

inline std::uint64_t stored_bits(std::endian order, const unsigned char* bytes, std::size_t size) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < size; ++i)
        bits |= std::uint64_t{bytes[order == std::endian::little ? i : size - 1 - i]} << (8 * i);
    return bits;
}

/// A stored integer or bool: its bits, which are those of its value for the sign that the element has.
inline std::uint64_t stored_integer(element type, std::endian order, const unsigned char* bytes) {
    const std::size_t size = size_of(type);
    const std::uint64_t bits = stored_bits(order, bytes, size);
    const bool is_negative = name_of(type)[0] == 'i' && (bits >> (8 * size - 1)) != 0;
    return is_negative && size < 8 ? bits | (~std::uint64_t{0} << (8 * size)) : bits;
}

/// An integer as a To, if it has a place there. One function for all stored types: a loop for each would be ten.
template <Element To>
bool take_integer(element type, std::uint64_t bits, To& to) {
    if (type == element::b1 && bits > 1) return false;
    const bool is_signed = name_of(type)[0] == 'i';
    if constexpr (std::floating_point<To>) {
        to = is_signed ? static_cast<To>(static_cast<std::int64_t>(bits)) : static_cast<To>(bits);
    } else {
        if constexpr (!std::same_as<To, bool>)
            if (is_signed ? !std::in_range<To>(static_cast<std::int64_t>(bits)) : !std::in_range<To>(bits))
                return false;
        to = static_cast<To>(bits);
    }
    return true;
}

/// NaN and infinity keep their meaning; a finite value must not become infinite.
template <std::floating_point To>
bool take_real(element type, std::endian order, const unsigned char* bytes, To& to) {
    if (type == element::f4) {
        to = std::bit_cast<float>(static_cast<std::uint32_t>(stored_bits(order, bytes, sizeof(float))));
        return true;
    }
    const double value = std::bit_cast<double>(stored_bits(order, bytes, sizeof(double)));
    if (std::isfinite(value) && std::abs(value) > double{std::numeric_limits<To>::max()}) return false;
    to = static_cast<To>(value);
    return true;
}

/// Cold, so that loops over bytes are not written out as vectors.
template <Element To>
[[gnu::cold, gnu::noinline]] std::size_t decode_each(element type, std::endian order, const unsigned char* bytes,
                                                     std::size_t count, To* to) {
    const std::size_t size = size_of(type);
    for (std::size_t i = 0; i < count; ++i, bytes += size) {
        if constexpr (std::floating_point<To>) {
            if (name_of(type)[0] == 'f') {
                if (!take_real(type, order, bytes, to[i])) return i;
                continue;
            }
        }
        if (!take_integer(type, stored_integer(type, order, bytes), to[i])) return i;
    }
    return count;
}

}  // namespace detail

/// Decodes bytes.size() / size_of(type) numbers into `to`; the type must be readable as To.
/// Returns how many were decoded: fewer than asked if the next one has no place in To.
template <Element To>
std::size_t decode(element type, std::endian order, std::span<const unsigned char> bytes, To* to) {
    const std::size_t size = size_of(type), count = bytes.size() / size;
    if (!readable_as(element_of<To>, type)) return 0;
    if (type == element_of<To> && type != element::b1 && order == std::endian::native) {
        if (count > 0) std::memcpy(to, bytes.data(), count * size);
        return count;
    }
    if constexpr (std::floating_point<To>) {
        if (type == element::u1) {  // images
            for (std::size_t i = 0; i < count; ++i) to[i] = bytes[i];
            return count;
        }
    }
    return detail::decode_each(type, order, bytes.data(), count, to);
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
