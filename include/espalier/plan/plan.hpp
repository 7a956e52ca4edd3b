// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <utility>

#include <espalier/core/lanes.hpp>
#include <espalier/plan/arena_plan.hpp>
#include <espalier/plan/requirements.hpp>

namespace espalier {

namespace detail {

template <class Net, std::size_t S, class Scalar>
constexpr operation_memory memory_of_operation([[maybe_unused]] std::size_t rows) {
    operation_memory memory;
    if constexpr (stages<Net>[S].is == stage_kind::layer) {
        using operation = stage_operation<Net, S>;
        if constexpr (layer::BatchLayer<operation>) {
            constexpr extents input = inference<Net>::value.layers[stages<Net>[S].operation].input;
            if constexpr (requires { operation::template reads_rows<input, Scalar>; })
                memory.reads_rows = stages<Net>[S].sources[0] == 0 && stages<Net>[0].is_identity &&
                                    operation::template reads_rows<input, Scalar>;
            if constexpr (requires { operation::template forward_scratch<input, Scalar>(rows); })
                memory.forward_scratch = operation::template forward_scratch<input, Scalar>(rows);
            if constexpr (requires { operation::template parameter_gradient_scratch<input, Scalar>(rows); })
                memory.parameter_scratch = operation::template parameter_gradient_scratch<input, Scalar>(rows);
            if constexpr (requires { operation::template input_gradient_scratch<input, Scalar>(rows); })
                memory.input_scratch = operation::template input_gradient_scratch<input, Scalar>(rows);
            if constexpr (requires { operation::template kept_bytes<input, Scalar>(rows); })
                memory.kept = operation::template kept_bytes<input, Scalar>(rows);
        }
    }
    return memory;
}

}  // namespace detail

/// Everything about one training step of a network on batches of up to Batch samples, as constants: the stages,
/// what is computed and kept, and where each tensor lies in one arena. `request::nothing` plans inference.
template <Network Net, std::size_t Batch,  // then looks whether the layers fit
          class Scalar = typename diagnostics::findings_in<Net>::template then<float>,
          request Wanted = request::parameters>
struct plan {
    static_assert(Batch > 0, "a batch has at least one sample");
    static_assert(well_formed<Net>);
    using net = flat_network<Net>;
    static constexpr request wanted = Wanted;

    static constexpr std::size_t stage_count = espalier::stage_count<net>;
    static constexpr std::size_t batch = Batch;
    static constexpr std::size_t lanes = blocks_for<Scalar>(Batch) * block_lanes<Scalar>;
    static constexpr auto& stages = espalier::stages<net>;
    static constexpr auto& duties = espalier::duties<net, Wanted>;

    static constexpr auto memory = []<std::size_t... S>(std::index_sequence<S...>) {
        return std::array<detail::operation_memory, stage_count>{detail::memory_of_operation<net, S, Scalar>(Batch)...};
    }(std::make_index_sequence<stage_count>{});
    static constexpr auto arena =
        detail::plan_arena(stages, duties, memory, lanes, sizeof(Scalar), Wanted != request::nothing);

    /// Of the workspace.
    static constexpr std::size_t bytes = arena.bytes;

    /// What is kept from forward for the gradients; the input itself is the caller's, and what an operation keeps for
    /// itself (the indices of a max_pool) is no tensor of the mathematics: it counts in stored_bytes alone.
    static constexpr symbol_set stored = [] {
        symbol_set kept;
        for (std::size_t i = 0; i < arena.count; ++i) {
            const planned_tensor& each = arena.tensors[i];
            if (!each.kept || each.is == planned_tensor::purpose::kept) continue;
            const bool is_z = each.is == planned_tensor::purpose::preactivation;
            kept.insert({is_z ? symbol::quantity::preactivation : symbol::quantity::activation, each.stage});
        }
        return kept;
    }();
    static constexpr std::size_t stored_bytes = [] {
        std::size_t sum = 0;
        for (std::size_t i = 0; i < arena.count; ++i)
            if (arena.tensors[i].kept) sum += arena.tensors[i].bytes;
        return sum;
    }();
};

}  // namespace espalier
