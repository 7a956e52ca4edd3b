// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "files.hpp"

/// A file with that dictionary, of format 1.0 or of another with its four-byte length.
inline std::string npy_bytes(std::string_view dictionary, std::string_view payload, char format = 1) {
    std::string header(dictionary);
    const std::size_t before = format == 1 ? 10 : 12;
    header.append(63 - (before + header.size()) % 64, ' ').append(1, '\n');
    std::string bytes("\x93NUMPY");
    bytes.append(1, format).append(1, '\0');
    for (std::size_t i = 0; i < before - 8; ++i) bytes += static_cast<char>(header.size() >> (8 * i) & 0xff);
    return bytes + header + std::string(payload);
}

inline std::string dictionary(std::string_view dtype, std::string_view shape) {
    return "{'descr': '" + std::string(dtype) + "', 'fortran_order': False, 'shape': " + std::string(shape) + ", }";
}
