// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/core/refuse.hpp>
#include <espalier/expression/tree.hpp>

/// A tape is a list of instructions in evaluation order, each naming earlier ones: the form in which expressions
/// are differentiated, simplified and rewritten, as plain constexpr code. Equal instructions are stored once, so
/// a derivative shares what the function has already computed.
namespace espalier::expression {

using index = unsigned short;
inline constexpr index nothing = 0xffff;

struct instruction {
    operation kind = operation::constant;
    index first = nothing;
    index second = nothing;
    index third = nothing;
    double value = 0;        // of a constant
    std::size_t number = 0;  // of a parameter or a coin

    friend constexpr bool operator==(const instruction&, const instruction&) = default;
};

constexpr bool is_leaf(operation kind) { return kind <= operation::keep; }

class tape {
public:
    static constexpr std::size_t capacity = 256;

    constexpr index append(const instruction& wanted) {
        for (index i = 0; i < size_; ++i)
            if (code_[i] == wanted) return i;
        if (size_ == capacity)
            refuse_constant("an activation or loss may have up to 256 distinct operations, its derivative included");
        code_[size_] = wanted;
        return size_++;
    }

    constexpr const instruction& operator[](std::size_t i) const { return code_[i]; }
    constexpr index size() const { return size_; }

    constexpr bool is_constant(index i) const { return code_[i].kind == operation::constant; }
    constexpr bool is_constant(index i, double value) const { return is_constant(i) && code_[i].value == value; }
    constexpr bool is(index i, operation kind) const { return code_[i].kind == kind; }

private:
    instruction code_[capacity];
    index size_ = 0;
};

}  // namespace espalier::expression
