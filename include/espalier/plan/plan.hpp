// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <espalier/core/lanes.hpp>
#include <espalier/plan/arena.hpp>
#include <espalier/plan/requirements.hpp>

namespace espalier {

namespace detail {

/// What an operation's kernels say about memory.
struct operation_memory {
    bool reads_rows = false;          // a first layer's weight gradient reads the caller's rows
    std::size_t forward_scratch = 0;  // bytes
    std::size_t parameter_scratch = 0;
    std::size_t input_scratch = 0;
    std::size_t kept = 0;

    friend constexpr bool operator==(const operation_memory&, const operation_memory&) = default;
};

template <class Net, std::size_t S, class Scalar>
constexpr operation_memory memory_of_operation([[maybe_unused]] std::size_t rows) {
    operation_memory memory;
    if constexpr (S > 0) {
        using operation = stage_operation<Net, S>;
        if constexpr (layer::BatchLayer<operation>) {
            constexpr extents input = inference<Net>::value.layers[stages<Net>[S].operation].input;
            if constexpr (requires { operation::template reads_rows<input, Scalar>; })
                memory.reads_rows =
                    S == 1 && stages<Net>[0].is_identity && operation::template reads_rows<input, Scalar>;
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

template <std::size_t Stages>
struct arena_plan {
    using purpose = planned_tensor::purpose;
    static constexpr std::size_t absent = planned_tensor::fresh;

    planned_tensor tensors[6 * Stages + 1] = {};
    std::size_t count = 0;
    std::size_t bytes = 0;
    // of each stage, the index of its tensor
    std::size_t z[Stages] = {};
    std::size_t a[Stages] = {};
    std::size_t delta[Stages] = {};
    std::size_t scratch[Stages] = {};  // of the gradients
    std::size_t forward_scratch[Stages] = {};
    std::size_t kept[Stages] = {};

    constexpr std::size_t add(const planned_tensor& tensor) {
        tensors[count] = tensor;
        return count++;
    }
};

/// Steps: 0 packs the input (and applies stage 0's f), s runs stage s, N + 1 is the loss, then the stages
/// backward, and the last unpacks the input's gradient.
template <std::size_t Stages>
struct step_numbers {
    static constexpr std::size_t forward(std::size_t s) { return s; }
    static constexpr std::size_t loss = Stages;
    static constexpr std::size_t backward(std::size_t s) { return 2 * Stages - s; }
};

template <std::size_t Stages>
constexpr arena_plan<Stages> plan_arena(const std::array<stage, Stages>& all,
                                        const std::array<stage_duties, Stages>& duties,
                                        const std::array<operation_memory, Stages>& memory, std::size_t lanes,
                                        std::size_t scalar_bytes, bool trains) {
    using steps = step_numbers<Stages>;
    using purpose = planned_tensor::purpose;
    arena_plan<Stages> plan;
    const auto bytes = [&](std::size_t s) { return all[s].outputs * lanes * scalar_bytes; };
    const std::size_t last = Stages - 1;
    // The last step at which backward reads a stage's output a, or its own z.
    const auto last_read_of_input = [&](std::size_t s) {  // by the operation of stage s + 1
        std::size_t step = 0;
        if (s < last) {
            const layer::reads& first = all[s + 1].parameter_gradient_reads;
            const layer::reads& second = all[s + 1].input_gradient_reads;
            const bool read = (duties[s + 1].parameter_gradient && first.input && !(s == 0 && memory[1].reads_rows)) ||
                              (duties[s + 1].input_gradient && second.input);
            if (read) step = steps::backward(s + 1);
        }
        return step;
    };
    const auto last_read_by_activation = [&](std::size_t s) {  // while δ of stage s is computed
        return s == last ? steps::loss : steps::backward(s + 1);
    };
    const auto last_read_of_output = [&](std::size_t s) {  // by the operation of stage s itself
        const layer::reads& first = all[s].parameter_gradient_reads;
        const layer::reads& second = all[s].input_gradient_reads;
        const bool read = (duties[s].parameter_gradient && first.output) || (duties[s].input_gradient && second.output);
        return read ? steps::backward(s) : std::size_t{0};
    };
    for (std::size_t s = 0; s < Stages; ++s) {
        plan.z[s] = plan.a[s] = plan.delta[s] = plan.scratch[s] = plan.absent;
        plan.forward_scratch[s] = plan.kept[s] = plan.absent;
        if (duties[s].keep_z) {
            const std::size_t own = duties[s].backward && all[s].backward_reads_z ? last_read_by_activation(s) : 0;
            plan.z[s] = plan.add({purpose::preactivation, s, bytes(s), steps::forward(s),
                                  std::max({steps::forward(s), own, last_read_of_output(s)}), s > 0});
        }
        const std::size_t forward_read = s == last ? steps::loss : steps::forward(s + 1);
        std::size_t own = duties[s].backward && all[s].backward_reads_a ? last_read_by_activation(s) : 0;
        if (all[s].is_identity) own = std::max(own, last_read_of_output(s));
        const purpose is = s == 0 && all[0].is_identity ? purpose::packed_input : purpose::activation;
        plan.a[s] = plan.add({is, s, bytes(s), steps::forward(s), std::max({forward_read, own, last_read_of_input(s)}),
                              duties[s].keep_a && is != purpose::packed_input});
        if (memory[s].forward_scratch > 0)
            plan.forward_scratch[s] =
                plan.add({purpose::scratch, s, memory[s].forward_scratch, steps::forward(s), steps::forward(s), false});
        if (trains && memory[s].kept > 0) {
            const bool read = duties[s].parameter_gradient || duties[s].input_gradient;
            plan.kept[s] = plan.add({purpose::kept, s, memory[s].kept, steps::forward(s),
                                     read ? steps::backward(s) : steps::forward(s), read});
        }
    }
    for (std::size_t s = Stages; s-- > 0;) {
        if (!duties[s].backward) continue;
        const std::size_t written = last_read_by_activation(s);
        planned_tensor delta{purpose::delta, s, bytes(s), written, std::max(written, steps::backward(s)), false};
        // δ takes the place of what its own step reads last, element by element: z or a of the same stage. An
        // operation of the user's may read any element of its input at any time: no place is taken there.
        const bool elementwise =
            s == last ||
            (all[s + 1].whole_batch && (!all[s + 1].input_gradient_reads.input || all[s + 1].input_gradient_in_place));
        for (const std::size_t old : {plan.z[s], plan.a[s]})
            if (elementwise && old != plan.absent && plan.tensors[old].last_step == written &&
                delta.in_place_of == planned_tensor::fresh)
                delta.in_place_of = old;
        plan.delta[s] = plan.add(delta);
        if (s == 0) continue;
        const std::size_t scratch = std::max(duties[s].parameter_gradient ? memory[s].parameter_scratch : 0,
                                             duties[s].input_gradient ? memory[s].input_scratch : 0);
        if (scratch > 0)
            plan.scratch[s] = plan.add({purpose::scratch, s, scratch, steps::backward(s), steps::backward(s), false});
    }
    plan.bytes = place(plan.tensors, plan.count);
    return plan;
}

}  // namespace detail

/// Everything about one training step of a network on batches of up to Batch samples, as constants: the stages,
/// what is computed and kept, and where each tensor lies in one arena. `request::nothing` plans inference.
template <Network Net, std::size_t Batch, class Scalar = float, request Wanted = request::parameters>
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
