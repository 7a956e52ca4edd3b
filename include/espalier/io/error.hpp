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
    [[gnu::cold]] error(std::string_view file, byte_offset where, std::string_view expected, std::string_view found)
        : error(file, {place::byte, {where.value, where.inflated}, {}}, expected, found,
                text_of({": byte ", where.value, where.inflated ? " of the inflated data" : ""})) {}
    [[gnu::cold]] error(std::string_view file, line_column where, std::string_view expected, std::string_view found)
        : error(file, {place::cell, {where.line, where.column}, {}}, expected, found,
                text_of({":", where.line, ":", where.column})) {}
    [[gnu::cold]] error(std::string_view file, const tensor_name& where, std::string_view expected,
                        std::string_view found)
        : error(file, {place::tensor, {}, where.value}, expected, found, text_of({": ", where.value})) {}

    const std::string& file() const noexcept { return file_; }
    /// A position; a template, so that only those who ask compile a variant.
    template <class Position = position>
    Position where() const {
        if (where_.is == place::byte) return byte_offset{where_.numbers[0], where_.numbers[1] != 0};
        if (where_.is == place::cell) return line_column{where_.numbers[0], where_.numbers[1]};
        return tensor_name{where_.name};
    }
    const std::string& expected() const noexcept { return expected_; }
    const std::string& found() const noexcept { return found_; }

private:
    /// A position that is no variant: to keep that would be two hundred functions to compile for all who throw.
    struct place {
        enum : unsigned char { byte, cell, tensor } is;
        std::size_t numbers[2];
        std::string name;
    };

    [[gnu::cold]] error(std::string_view file, place where, std::string_view expected, std::string_view found,
                        std::string_view where_text)
        : std::runtime_error(text_of({file, where_text, ": expected ", expected, ", found ", found})),
          file_(file),
          where_(std::move(where)),
          expected_(expected),
          found_(found) {}

    std::string file_;
    place where_;
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
