// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <espalier/core/text.hpp>

namespace espalier::io {

using espalier::detail::text_of;

/// A place in a binary file, counted from 0.
struct byte_offset {
    std::uint64_t value;
    bool inflated = false;  ///< counted in what a gzip file holds, not in the file
    friend bool operator==(byte_offset, byte_offset) = default;
};

/// A place in a text file, both counted from 1; columns are bytes.
struct line_column {
    std::size_t line;
    std::size_t column;
    friend bool operator==(line_column, line_column) = default;
};

/// A place in a file of named tensors, for what has no single byte: "layer 2 (dense), weight".
struct tensor_name {
    std::string value;
    friend bool operator==(const tensor_name&, const tensor_name&) = default;
};

using position = std::variant<byte_offset, line_column, tensor_name>;

/// A file that cannot be read or written as asked. The message holds all parts:
/// "digits.npy: byte 61: expected rank 2, found rank 3", "table.csv:3:7: expected a number, found 'x'".
class error : public std::runtime_error {
public:
    [[gnu::cold]] error(std::string file, position where, std::string expected, std::string found)
        : std::runtime_error(message(file, where, expected, found)),
          file_(std::move(file)),
          where_(std::move(where)),
          expected_(std::move(expected)),
          found_(std::move(found)) {}

    const std::string& file() const noexcept { return file_; }
    const position& where() const noexcept { return where_; }
    const std::string& expected() const noexcept { return expected_; }
    const std::string& found() const noexcept { return found_; }

private:
    [[gnu::cold]] static std::string message(const std::string& file, const position& where,
                                             const std::string& expected, const std::string& found) {
        std::string place;
        if (const auto* byte = std::get_if<byte_offset>(&where)) {
            place = text_of({": byte ", byte->value, byte->inflated ? " of the inflated data" : ""});
        } else if (const auto* cell = std::get_if<line_column>(&where)) {
            place = text_of({":", cell->line, ":", cell->column});
        } else {
            place = text_of({": ", std::get<tensor_name>(where).value});
        }
        return text_of({file, place, ": expected ", expected, ", found ", found});
    }

    std::string file_;
    position where_;
    std::string expected_;
    std::string found_;
};

/// Bytes of a file, fit for an error message: quoted, unprintable ones as \xNN, cut after 40.
[[gnu::cold]] inline std::string quoted(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "'";
    for (const char c : bytes.substr(0, 40)) {
        const auto code = static_cast<unsigned char>(c);
        if (code >= 0x20 && code < 0x7f) {
            text += c;
        } else {
            text += "\\x";
            text += digits[code >> 4];
            text += digits[code & 15];
        }
    }
    return text_of({text, bytes.size() > 40 ? "...'" : "'"});
}

}  // namespace espalier::io
