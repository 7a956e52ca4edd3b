// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "imported_network.hpp"
#include "node_attributes.hpp"

/// Operators that leave the numbers and change the axes.
namespace importer {

/// What sizes are plausible: elements of a tensor or of a sample.
inline constexpr std::uint64_t most_elements = std::uint64_t{1} << 31;

/// What Reshape makes of `from`: 0 keeps an extent, one -1 is what is left.
inline shape reshaped(const graph_file& graph, const onnx::NodeProto& at, const shape& from,
                      const std::vector<std::int64_t>& wanted) {
    std::uint64_t size = 1, fixed = 1;
    for (const std::size_t each : from) size *= each;
    const std::string expected = "extents whose product is " + std::to_string(size);
    shape made;
    std::size_t open = wanted.size();
    for (std::size_t axis = 0; axis < wanted.size(); ++axis) {
        std::int64_t extent = wanted[axis];
        if (extent == 0 && axis < from.size()) extent = static_cast<std::int64_t>(from[axis]);
        if (extent == -1 && open == wanted.size()) {
            open = axis;
            extent = 1;
        }
        if (extent < 1 || static_cast<std::uint64_t>(extent) > size)
            graph.fail(at, expected, std::to_string(wanted[axis]));
        fixed *= static_cast<std::uint64_t>(extent);
        if (fixed > size) graph.fail(at, expected, std::to_string(fixed));
        made.push_back(static_cast<std::size_t>(extent));
    }
    if (size % fixed != 0 || (open == wanted.size() && fixed != size)) graph.fail(at, expected, std::to_string(fixed));
    if (open < wanted.size()) made[open] = static_cast<std::size_t>(size / fixed);
    return made;
}

/// What Unsqueeze and Squeeze make of `from`: extents of 1 come to stand on the axes, or go from there.
inline shape with_axes(const graph_file& graph, const onnx::NodeProto& at, const shape& from,
                       std::vector<std::int64_t> axes) {
    const bool adds = at.op_type() == "Unsqueeze";
    const auto rank = static_cast<std::int64_t>(from.size() + (adds ? axes.size() : 0));
    for (std::int64_t& each : axes) {
        if (each < -rank || each >= rank) graph.fail(at, "axes below " + std::to_string(rank), std::to_string(each));
        if (each < 0) each += rank;
    }
    std::ranges::sort(axes);
    if (axes.empty() || std::ranges::adjacent_find(axes) != axes.end())
        graph.fail(at, "axes, each once", "(" + listed(axes) + ")");
    shape made;
    std::size_t next = 0;
    for (std::int64_t axis = 0; axis < rank; ++axis) {
        const bool is_named = std::ranges::binary_search(axes, axis);
        if (adds) {
            made.push_back(is_named ? 1 : from[next++]);
        } else if (!is_named) {
            made.push_back(from[static_cast<std::size_t>(axis)]);
        } else if (from[static_cast<std::size_t>(axis)] != 1) {
            graph.fail(at, "an extent of 1 on axis " + std::to_string(axis),
                       std::to_string(from[static_cast<std::size_t>(axis)]));
        }
    }
    return made;
}

}  // namespace importer
