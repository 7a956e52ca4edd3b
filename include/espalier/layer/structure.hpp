// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/contract.hpp>

/// Branches within a flat list of layers: fork, the first branch, next_branch, the second, …, join. Fork and
/// next_branch compute nothing and are no layers to a user: numbers of layers leave them out. See topology/branches.hpp
/// for the words of the language.
namespace espalier::layer {

inline constexpr std::size_t max_branches = 8;

/// How branches come together; residual is add, under its name in messages and tables.
enum class joint : unsigned char { residual, add, concat, multiply };

/// The branches begin: each gets what arrives here.
struct fork {
    static constexpr std::string_view kind = "fork";
    static constexpr bool is_fork = true;
    using when_streamed = fork;
    static constexpr extents output(const extents& input) { return input; }
};

/// One branch ends, the next one begins.
struct next_branch {
    static constexpr std::string_view kind = "next_branch";
    static constexpr bool is_next_branch = true;
    using when_streamed = next_branch;
    static constexpr extents output(const extents& input) { return input; }
};

/// The branches end: their sum or product, element by element, or their concatenation along the first axis.
template <joint How, std::size_t Branches>
struct join {
    static constexpr joint how = How;
    static constexpr std::size_t branches = Branches;
    using when_streamed = join;
    static constexpr std::string_view kind = How == joint::residual ? "residual"
                                             : How == joint::add    ? "add"
                                             : How == joint::concat ? "concat"
                                                                    : "multiply";

    /// Of branches whose shapes meet.
    static constexpr extents output(const extents& first) { return first; }
    static constexpr extents output_of_branches(const extents* ends) {
        extents joined = ends[0];
        if (How == joint::concat)
            for (std::size_t i = 1; i < Branches; ++i) joined.extent[0] += ends[i].extent[0];
        return joined;
    }
    static constexpr bool shapes_meet(const extents* ends) {
        for (std::size_t i = 1; i < Branches; ++i) {
            extents aligned = ends[i];
            if (How == joint::concat) aligned.extent[0] = ends[0].extent[0];
            if (aligned != ends[0]) return false;
        }
        return true;
    }
};

template <class Type>
concept ForkLayer = Layer<Type> && Type::is_fork;
template <class Type>
concept NextBranchLayer = Layer<Type> && Type::is_next_branch;
template <class Type>
concept JoinLayer = Layer<Type> && requires {
    Type::how;
    Type::branches;
};

/// What shapes the list, and is no layer of its own.
template <class Type>
concept StructureLayer = ForkLayer<Type> || NextBranchLayer<Type> || JoinLayer<Type>;

}  // namespace espalier::layer
