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
        kept,           // what an operation itself keeps for its gradients
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

/// Free bytes of an arena, as ranges in order; the last one has no end. A chain's tensors leave few holes, so to
/// search the holes takes much fewer steps than to search the tensors.
template <std::size_t Capacity>
class free_ranges {
public:
    /// The lowest offset where so many bytes are free: taken.
    constexpr std::size_t take(std::size_t bytes) {
        std::size_t i = 0;
        while (range_[i].end - range_[i].begin < bytes) ++i;
        const std::size_t offset = range_[i].begin;
        range_[i].begin += bytes;
        if (range_[i].begin == range_[i].end) erase(i);
        return offset;
    }
    constexpr void give_back(std::size_t offset, std::size_t bytes) {
        std::size_t i = 0;
        while (range_[i].begin < offset) ++i;
        const bool touches_next = range_[i].begin == offset + bytes;
        const bool touches_last = i > 0 && range_[i - 1].end == offset;
        if (touches_last && touches_next) {
            range_[i - 1].end = range_[i].end;
            erase(i);
        } else if (touches_last) {
            range_[i - 1].end += bytes;
        } else if (touches_next) {
            range_[i].begin = offset;
        } else {
            for (std::size_t k = count_++; k > i; --k) range_[k] = range_[k - 1];
            range_[i] = {offset, offset + bytes};
        }
    }

private:
    struct range {
        std::size_t begin = 0;
        std::size_t end = static_cast<std::size_t>(-1);
    };

    constexpr void erase(std::size_t i) {
        --count_;
        for (; i < count_; ++i) range_[i] = range_[i + 1];
    }

    range range_[Capacity + 1] = {};
    std::size_t count_ = 1;
};

/// Gives every tensor an offset on a cache line such that tensors that live at the same time do not overlap: first
/// fit, in the order of first use. Returns the arena's bytes. Tensors come sorted by first_step.
template <std::size_t Capacity>
constexpr std::size_t place(planned_tensor (&list)[Capacity], std::size_t count) {
    constexpr std::size_t none = planned_tensor::fresh;
    free_ranges<Capacity> arena;
    std::size_t taken[Capacity] = {};       // bytes; none of a tensor whose place another has got
    std::size_t first_dead[Capacity] = {};  // tensors that are dead when i is placed: a list from here …
    std::size_t next_dead[Capacity] = {};   // … from one to the next
    for (std::size_t i = 0; i < count; ++i) first_dead[i] = none;
    std::size_t total = 0;
    for (std::size_t i = 0; i < count; ++i) {
        planned_tensor& tensor = list[i];
        for (std::size_t dead = first_dead[i]; dead != none; dead = next_dead[dead])
            if (taken[dead] > 0) arena.give_back(list[dead].offset, taken[dead]);
        if (const std::size_t old = tensor.in_place_of; old != none) {
            tensor.offset = list[old].offset;
            taken[i] = taken[old];
            taken[old] = 0;
        } else {
            taken[i] = (tensor.bytes + alignment - 1) / alignment * alignment;
            tensor.offset = arena.take(taken[i]);
            total = tensor.offset + taken[i] > total ? tensor.offset + taken[i] : total;
        }
        std::size_t low = i + 1;  // the first tensor after this one's end
        for (std::size_t high = count; low < high;) {
            const std::size_t middle = low + (high - low) / 2;
            if (list[middle].first_step > tensor.last_step)
                high = middle;
            else
                low = middle + 1;
        }
        if (low == count) continue;
        next_dead[i] = first_dead[low];
        first_dead[low] = i;
    }
    return total;
}

}  // namespace detail
}  // namespace espalier
