// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdio>
#include <initializer_list>
#include <string>
#include <string_view>

/// Text of words and numbers. A sum of strings is compiled to a temporary, its destructor and its way out of an
/// exception for each plus sign; these are arrays of plain values, and one function for all of them: a tenth of the
/// code.
namespace espalier::detail {

/// A part of a text; refers to what it is given. Numbers are written as std::to_string does.
class piece {
public:
    constexpr piece(const char* text) : piece(std::string_view(text)) {}  // NOLINT: pieces stand in lists
    constexpr piece(std::string_view text) : text_(text.data()), size_(text.size()) {}
    piece(const std::string& text) : text_(text.data()), size_(text.size()) {}
    constexpr piece(std::unsigned_integral auto number) : natural_(number), is_(kind::natural) {}
    constexpr piece(std::signed_integral auto number) : integer_(number), is_(kind::integer) {}
    constexpr piece(std::floating_point auto number) : real_(static_cast<double>(number)), is_(kind::real) {}

    [[gnu::cold, gnu::noinline]] void append_to(std::string& whole) const {
        if (is_ == kind::text) {
            whole.append(text_, size_);
            return;
        }
        char digits[330];  // the longest double takes 317
        const int count = is_ == kind::natural   ? std::snprintf(digits, sizeof digits, "%llu", natural_)
                          : is_ == kind::integer ? std::snprintf(digits, sizeof digits, "%lld", integer_)
                                                 : std::snprintf(digits, sizeof digits, "%f", real_);
        whole.append(digits, static_cast<std::size_t>(count));
    }

private:
    enum class kind : unsigned char { text, natural, integer, real };

    union {
        const char* text_ = nullptr;
        unsigned long long natural_;
        long long integer_;
        double real_;
    };
    std::size_t size_ = 0;  // of a text
    kind is_ = kind::text;
};

/// The pieces, one after the other.
[[gnu::cold, gnu::noinline]] inline std::string text_of(std::initializer_list<piece> pieces) {
    std::string whole;
    for (const piece& each : pieces) each.append_to(whole);
    return whole;
}

}  // namespace espalier::detail
