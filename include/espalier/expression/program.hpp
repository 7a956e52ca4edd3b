// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <initializer_list>

#include <espalier/expression/tape.hpp>

namespace espalier::expression {

/// What is evaluated: the live part of a tape, and the instructions whose values are wanted.
struct program {
    static constexpr std::size_t max_results = 8;

    instruction code[tape::capacity] = {};
    std::size_t size = 0;
    index results[max_results] = {};
    std::size_t result_count = 0;

    constexpr bool reads(operation kind) const {
        for (std::size_t i = 0; i < size; ++i)
            if (code[i].kind == kind) return true;
        return false;
    }
};

/// The instructions that the results depend on, in order and renumbered.
constexpr program extract(const tape& code, const index* results, std::size_t count) {
    bool live[tape::capacity] = {};
    for (std::size_t k = 0; k < count; ++k) live[results[k]] = true;
    for (std::size_t i = code.size(); i-- > 0;) {
        if (!live[i]) continue;
        for (const index operand : {code[i].first, code[i].second, code[i].third})
            if (operand != nothing) live[operand] = true;
    }
    program extracted;
    index renumbered[tape::capacity] = {};
    const auto renumber = [&](index old) { return old == nothing ? nothing : renumbered[old]; };
    for (index i = 0; i < code.size(); ++i) {
        if (!live[i]) continue;
        instruction& at = extracted.code[extracted.size] = code[i];
        at.first = renumber(at.first);
        at.second = renumber(at.second);
        at.third = renumber(at.third);
        renumbered[i] = static_cast<index>(extracted.size++);
    }
    for (std::size_t k = 0; k < count; ++k) extracted.results[k] = renumbered[results[k]];
    extracted.result_count = count;
    return extracted;
}

/// About how many machine instructions a program takes for one register.
constexpr std::size_t cost(const program& code) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < code.size; ++i) {
        const operation kind = code.code[i].kind;
        if (kind == operation::keep)
            sum += 110;  // 20 rounds of the generator
        else if (kind >= operation::exp)
            sum += 20;
        else if (!is_leaf(kind))
            sum += 1;
    }
    return sum;
}

}  // namespace espalier::expression
