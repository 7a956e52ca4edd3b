// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/layer/sample.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/run/coins.hpp>
#include <espalier/run/epilogue.hpp>

namespace espalier::detail {

/// What a pass over a plan works on, all of it the caller's, and where in it each tensor lies.
template <class Plan, class Scalar>
struct pass_memory {
    using planned = Plan;
    using net = typename Plan::net;
    using scalar = Scalar;
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
        return {memory_at(Plan::arena.scratch[s]), memory_at(Plan::arena.kept[s]), Plan::duties[s].parameter_gradient};
    }
    /// z where it is kept apart; without an f, z and a are the same.
    Scalar* output(std::size_t s) const { return Plan::stages[s].is_identity ? a(s) : z(s); }
};

/// The features of a register of samples. Of what must not be read, there is no memory.
template <class Scalar>
auto features_at(const Scalar* first, std::size_t offset) {
    return layer::features<Scalar>(first == nullptr ? nullptr : first + offset, block_lanes<Scalar>);
}
template <class Scalar>
auto outputs_at(Scalar* first, std::size_t offset) {
    return layer::outputs<Scalar>(first + offset, block_lanes<Scalar>);
}

/// Calls f(offset of the samples in the input, in the output) for each register of samples.
template <class Scalar, std::size_t Inputs, std::size_t Outputs, class Function>
void for_each_vector(std::size_t rows, Function&& f) {
    for (std::size_t vector = 0; vector * simd_width<Scalar> < rows; ++vector)
        f(register_offset<Scalar, Inputs>(vector / 2, 0, vector % 2),
          register_offset<Scalar, Outputs>(vector / 2, 0, vector % 2));
}

}  // namespace espalier::detail
