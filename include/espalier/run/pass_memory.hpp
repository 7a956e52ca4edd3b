// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/layer/sample.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/coins.hpp>

namespace espalier::detail {

/// What a pass over a plan works on, all of it the caller's, and where in it each tensor lies.
template <class Plan, class Scalar>
struct pass_memory {
    using net = typename Plan::net;
    static constexpr std::size_t absent = planned_tensor::fresh;

    const Scalar* parameters;
    const Scalar* x;  // row-major
    std::size_t rows;
    std::byte* arena;
    coins tossed{};

    Scalar* at(std::size_t tensor) const {
        if (tensor == absent) return nullptr;
        return reinterpret_cast<Scalar*>(arena + Plan::arena.tensors[tensor].offset);
    }
    /// Where f stands alone, its z is what it reads.
    Scalar* z(std::size_t s) const {
        return Plan::stages[s].only_function() ? a(Plan::stages[s].sources[0]) : at(Plan::arena.z[s]);
    }
    Scalar* a(std::size_t s) const { return at(Plan::arena.a[s]); }
    Scalar* delta(std::size_t s) const { return at(Plan::arena.delta[s]); }
    std::byte* memory_at(std::size_t tensor) const {
        return tensor == absent ? nullptr : arena + Plan::arena.tensors[tensor].offset;
    }
    layer::batch_memory forward_memory(std::size_t s) const {
        return {memory_at(Plan::arena.forward_scratch[s]), memory_at(Plan::arena.kept[s])};
    }
    layer::batch_memory backward_memory(std::size_t s) const {
        return {memory_at(Plan::arena.scratch[s]), memory_at(Plan::arena.kept[s])};
    }
    /// z where it is kept apart; without an f, z and a are the same.
    Scalar* output(std::size_t s) const { return Plan::stages[s].is_identity ? a(s) : z(s); }
};

}  // namespace espalier::detail
