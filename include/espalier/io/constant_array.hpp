// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>

#include <espalier/core/lanes.hpp>

namespace espalier::io::detail {

/// A literal with the same bits: hexadecimal.
template <class Scalar>
std::string literal(Scalar number) {
    char digits[40];
    const auto end = std::to_chars(digits, digits + sizeof digits, std::abs(number), std::chars_format::hex).ptr;
    return (std::signbit(number) ? "-0x" : "0x") + std::string(digits, end) + (sizeof(Scalar) == 4 ? "f" : "");
}

/// `alignas(64) inline constexpr float name[…] = {…};` of finite numbers, in lines of at most 120 columns.
template <class Scalar>
std::string constant_array(const std::string& name, std::span<const Scalar> numbers) {
    std::string text = "alignas(" + std::to_string(alignment) + ") inline constexpr ";
    text += (sizeof(Scalar) == 4 ? "float " : "double ") + name + "[" + std::to_string(numbers.size()) + "] = {";
    std::size_t width = 120;
    for (const Scalar each : numbers) {
        const std::string number = each == 0 && !std::signbit(each) ? "0" : literal(each);
        const bool breaks = width + number.size() + 2 > 120;
        text += (breaks ? "\n    " : " ") + number + ",";
        width = breaks ? 5 + number.size() : width + number.size() + 2;
    }
    return text + "\n};\n";
}

}  // namespace espalier::io::detail
