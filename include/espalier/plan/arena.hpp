// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/core/lanes.hpp>

namespace espalier {

/// A tensor of a plan: what it is, how long it lives, where it lies.
struct planned_tensor {
    enum class purpose : unsigned char {
        packed_input,   // a⁰ in blocks
        preactivation,  // z, where it is kept beside a
        activation,     // a
        delta,          // ∇C with respect to z
        scratch,        // of a kernel
    };

    purpose is = purpose::activation;
    std::size_t stage = 0;
    std::size_t bytes = 0;
    std::size_t first_step = 0;  // written first
    std::size_t last_step = 0;   // read last
    bool kept = false;           // read by a gradient: what PyTorch would call saved
    std::size_t offset = 0;      // in the arena

    /// The tensor whose place this one takes, element by element, in the step that reads it last.
    static constexpr std::size_t fresh = static_cast<std::size_t>(-1);
    std::size_t in_place_of = fresh;

    friend constexpr bool operator==(const planned_tensor&, const planned_tensor&) = default;
};

namespace detail {

/// Where the next tensor may start.
constexpr std::size_t aligned_end(const planned_tensor& tensor) {
    return (tensor.offset + tensor.bytes + alignment - 1) / alignment * alignment;
}

/// Gives every tensor an offset on a cache line such that tensors that live at the same time do not overlap: first
/// fit, in the order of first use. Returns the arena's bytes. Tensors come sorted by first_step.
template <std::size_t Capacity>
constexpr std::size_t place(planned_tensor (&list)[Capacity], std::size_t count) {
    std::size_t active[Capacity] = {};  // live tensors, by offset
    std::size_t active_count = 0;
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        planned_tensor& tensor = list[i];
        if (tensor.in_place_of != planned_tensor::fresh) {
            planned_tensor& old = list[tensor.in_place_of];
            tensor.offset = old.offset;
            for (std::size_t k = 0; k < active_count; ++k)
                if (active[k] == tensor.in_place_of) active[k] = i;
            continue;
        }
        std::size_t live = 0;
        for (std::size_t k = 0; k < active_count; ++k)
            if (list[active[k]].last_step >= tensor.first_step) active[live++] = active[k];
        active_count = live;
        std::size_t offset = 0;
        std::size_t position = 0;
        while (position < active_count && list[active[position]].offset < offset + tensor.bytes) {
            offset = aligned_end(list[active[position]]);
            ++position;
        }
        tensor.offset = offset;
        for (std::size_t k = active_count; k > position; --k) active[k] = active[k - 1];
        active[position] = i;
        ++active_count;
        if (const std::size_t end = aligned_end(tensor); end > total) total = end;
    }
    return total;
}

}  // namespace detail
}  // namespace espalier
