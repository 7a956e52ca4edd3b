// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <string>

namespace espalier::detail {

/// The shortest decimal that reads back as the number: 128, 0.01.
[[gnu::cold]] inline std::string number_text(double number) {
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, number).ptr};
}

}  // namespace espalier::detail
