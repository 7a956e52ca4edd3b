// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <espalier/core/rarely.hpp>
#include <espalier/io/element.hpp>
#include <espalier/io/error.hpp>
#include <espalier/io/file.hpp>

/// What stands before the data of an npy file
/// (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, formats 1.0 to 3.0).
namespace espalier::io {

namespace detail {

inline constexpr std::string_view npy_magic{"\x93NUMPY", 6};

struct npy_header {
    element type{};
    bool fortran_order = false;
    std::vector<std::size_t> shape;
    std::uint64_t shape_at = 0;
    std::uint64_t type_at = 0;
};

/// Parses the dictionary of an npy header: three keys in any order, literals only, no more freedom than NumPy uses.
/// A File is an input_file, or has its read, fail, offset and remaining.
template <class File>
class npy_dictionary {
public:
    npy_dictionary(const File& file, std::string_view text, std::uint64_t start)
        : file_(file), text_(text), start_(start) {}

    [[gnu::cold]] npy_header parse() {
        npy_header header;
        bool seen_type = false, seen_order = false, seen_shape = false;
        expect('{');
        while (!take('}')) {
            const std::size_t key_at = skip_spaces();
            const std::string_view key = word();
            expect(':');
            const std::size_t value_at = skip_spaces();
            if (key == "descr" && !seen_type) {
                seen_type = true;
                header.type_at = start_ + value_at;
                header.type = type(value_at);
            } else if (key == "fortran_order" && !seen_order) {
                seen_order = true;
                header.fortran_order = truth();
            } else if (key == "shape" && !seen_shape) {
                seen_shape = true;
                header.shape_at = start_ + value_at;
                header.shape = tuple();
            } else {
                fail(key_at, "the keys 'descr', 'fortran_order' and 'shape', once each", quoted(key));
            }
            if (!take(',')) {
                expect('}');
                break;
            }
        }
        if (!seen_type || !seen_order || !seen_shape) {
            fail(at_, "the keys 'descr', 'fortran_order' and 'shape'", "the end of the dictionary");
        }
        skip_spaces();
        if (at_ + 1 != text_.size() || text_[at_] != '\n') {
            fail(at_, "spaces and a newline that end the header", rest());
        }
        return header;
    }

private:
    [[noreturn, gnu::cold]] void fail(std::size_t at, std::string_view expected, std::string_view found) const {
        file_.fail(start_ + at, expected, found);
    }

    [[gnu::cold]] std::string rest() const {
        return at_ == text_.size() ? "the end of the header" : quoted(text_.substr(at_, 12));
    }

    std::size_t skip_spaces() {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
        return at_;
    }

    bool take(char c) {
        skip_spaces();
        const bool there = at_ < text_.size() && text_[at_] == c;
        at_ += there;
        return there;
    }

    [[gnu::cold]] void expect(char c) {
        if (!take(c)) fail(at_, quoted({&c, 1}), rest());
    }

    [[gnu::cold]] std::string_view word() {
        const char quote = at_ < text_.size() ? text_[at_] : ' ';
        const std::size_t end = quote == '\'' || quote == '"' ? text_.find(quote, at_ + 1) : std::string_view::npos;
        if (end == std::string_view::npos) fail(at_, "a quoted word", rest());
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        at_ = end + 1;
        return inside;
    }

    [[gnu::cold]] element type(std::size_t at) {
        if (at_ < text_.size() && text_[at_] == '[') fail(at, "a plain dtype", "a structured one");
        const std::string_view name = word();
        const std::string_view order = name.substr(0, 1);
        const auto known = element_named(name.substr(order.size()));
        // Byte order means nothing for one byte: NumPy writes '|', others '<'.
        if (!known || !(order == "<" || (order == "|" && size_of(*known) == 1))) {
            fail(at, "a little-endian dtype (|b1 |i1 |u1 <i2 <u2 <i4 <u4 <i8 <u8 <f4 <f8)", quoted(name));
        }
        return *known;
    }

    [[gnu::cold]] bool truth() {
        for (const std::string_view literal : {std::string_view("True"), std::string_view("False")}) {
            if (text_.substr(at_, literal.size()) == literal) {
                at_ += literal.size();
                return literal == "True";
            }
        }
        fail(at_, "True or False", rest());
    }

    [[gnu::cold]] std::vector<std::size_t> tuple() {
        std::vector<std::size_t> extents;
        bool comma = false;
        expect('(');
        while (!take(')')) {
            if (!extents.empty() && !comma) fail(at_, "',' or ')' in the shape", rest());
            const char* from = text_.data() + at_;
            std::size_t extent = 0;
            const auto [end, failure] = std::from_chars(from, text_.data() + text_.size(), extent);
            if (failure != std::errc{} || (*from == '0' && end != from + 1)) {
                fail(at_, "an extent below 2^64", rest());
            }
            at_ += static_cast<std::size_t>(end - from);
            extents.push_back(extent);
            comma = take(',');
        }
        if (extents.size() == 1 && !comma) fail(at_ - 1, "',' after the only extent", quoted(")"));
        return extents;
    }

    const File& file_;
    std::string_view text_;
    std::uint64_t start_;
    std::size_t at_ = 0;
};

template <class File>
[[gnu::cold]] npy_header parsed_npy_header(File& file) {
    std::array<unsigned char, 8> start{};
    file.read(start.data(), start.size(), "npy magic and version");
    const std::string_view magic{reinterpret_cast<const char*>(start.data()), npy_magic.size()};
    if (magic != npy_magic) file.fail(0, text_of({"the npy magic ", quoted(npy_magic)}), quoted(magic));
    if (start[6] < 1 || start[6] > 3 || start[7] != 0) {
        file.fail(6, "npy format 1.0, 2.0 or 3.0", text_of({start[6], ".", start[7]}));
    }
    std::array<unsigned char, 4> length{};
    file.read(length.data(), start[6] == 1 ? 2 : 4, "npy header length");
    const std::size_t size =
        length[0] | std::size_t{length[1]} << 8 | std::size_t{length[2]} << 16 | std::size_t{length[3]} << 24;
    const std::uint64_t at = file.offset();
    if (size > file.remaining()) {
        file.fail(8, text_of({"a header of at most the ", file.remaining(), " bytes that follow"}), text_of({size}));
    }
    std::string text(size, '\0');
    file.read(text.data(), size, "npy header");
    return npy_dictionary(file, text, at).parse();
}

template <class File>
npy_header read_npy_header(File& file) {
    return espalier::detail::rarely<parsed_npy_header<File>>(file);
}

/// Refuses a payload that is not exactly what the header promises, before anything of that size is allocated.
template <class File>
[[gnu::cold]] void check_npy_payload(const File& file, const npy_header& header) {
    const auto bytes = bytes_of(header.shape, size_of(header.type));
    if (!bytes) file.fail(header.shape_at, "a shape that memory can hold", shape_text(header.shape));
    if (*bytes == file.remaining()) return;
    file.fail(file.offset(),
              text_of({*bytes, " bytes of data for shape ", shape_text(header.shape), " of ", name_of(header.type)}),
              text_of({file.remaining()}));
}

[[gnu::cold]] inline npy_header checked_npy_header(input_file& file, element wanted, std::size_t rank) {
    npy_header header = parsed_npy_header(file);
    if (!readable_as(wanted, header.type)) {
        file.fail(header.type_at, text_of({"a dtype that can be read as ", name_of(wanted)}),
                  text_of({name_of(header.type)}));
    }
    if (header.shape.size() != rank) {
        file.fail(header.shape_at, text_of({"rank ", rank}),
                  text_of({"rank ", header.shape.size(), ", shape ", shape_text(header.shape)}));
    }
    check_npy_payload(file, header);
    return header;
}

/// The header of a file that is sure to hold an array of that rank, readable as that element.
inline npy_header read_npy_header(input_file& file, element wanted, std::size_t rank) {
    return espalier::detail::rarely<checked_npy_header>(file, wanted, rank);
}

}  // namespace detail

}  // namespace espalier::io
