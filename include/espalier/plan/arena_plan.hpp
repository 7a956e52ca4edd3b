// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

#include <espalier/plan/arena.hpp>
#include <espalier/plan/requirements.hpp>

/// The tensors of a step over some stages, when each is read for the last time, and so where each lies in one arena.
namespace espalier::detail {

/// What an operation's kernels say about memory.
struct operation_memory {
    bool reads_rows = false;          // a first layer's weight gradient reads the caller's rows
    std::size_t forward_scratch = 0;  // bytes
    std::size_t parameter_scratch = 0;
    std::size_t input_scratch = 0;
    std::size_t kept = 0;

    friend constexpr bool operator==(const operation_memory&, const operation_memory&) = default;
};

/// What a stage c does, while its own step runs backward, for ∇C with respect to the a of one of its sources s.
struct contribution {
    static constexpr std::size_t absent = planned_tensor::fresh;

    bool computes = false;          // else s has no gradient, or takes what is there already
    bool is_last = false;           // f′ of s follows, and δ of s is complete
    std::size_t from = absent;      // the tensor that is added to: what earlier stages have contributed
    std::size_t from_features = 0;  // features of a sample in that tensor …
    std::size_t from_first = 0;     // … and the first one of s in it
};

template <std::size_t Stages>
struct arena_plan {
    using purpose = planned_tensor::purpose;
    static constexpr std::size_t absent = planned_tensor::fresh;

    planned_tensor tensors[6 * Stages + 1] = {};
    std::size_t count = 0;
    std::size_t bytes = 0;
    // of each stage, the index of its tensor; stages whose δ are the same share one
    std::size_t z[Stages] = {};
    std::size_t a[Stages] = {};
    std::size_t delta[Stages] = {};
    std::size_t scratch[Stages] = {};  // of the gradients
    std::size_t forward_scratch[Stages] = {};
    std::size_t kept[Stages] = {};
    contribution contributions[Stages][stage::max_sources] = {};  // to each source

    constexpr std::size_t add(const planned_tensor& tensor) {
        tensors[count] = tensor;
        return count++;
    }
    constexpr void read(std::size_t tensor, std::size_t step) {
        tensors[tensor].last_step = std::max(tensors[tensor].last_step, step);
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

/// When the activations of each stage are read for the last time.
template <std::size_t Stages>
struct last_reads {
    std::size_t a[Stages] = {};
    std::size_t z[Stages] = {};
    std::size_t delta_complete[Stages] = {};    // the step in which δ gets its last contribution, and f′
    std::size_t readers[Stages] = {};           // how often a is read by other stages
    std::size_t read_by_function[Stages] = {};  // the last step in which f′ of another stage reads a as its z
};

template <std::size_t Stages>
constexpr last_reads<Stages> find_last_reads(const std::array<stage, Stages>& all,
                                             const std::array<stage_duties, Stages>& duties,
                                             const std::array<operation_memory, Stages>& memory) {
    using steps = step_numbers<Stages>;
    last_reads<Stages> last;
    const auto later = [](std::size_t& step, std::size_t other) { step = std::max(step, other); };
    for (std::size_t s = 0; s < Stages; ++s) {
        last.a[s] = last.z[s] = steps::forward(s);
        last.delta_complete[s] = steps::loss;
    }
    last.a[Stages - 1] = steps::loss;
    for (std::size_t c = Stages; c-- > 1;)
        for (std::size_t i = 0; i < all[c].source_count; ++i) {
            const std::size_t s = all[c].sources[i];
            ++last.readers[s];
            later(last.a[s], steps::forward(c));
            last.delta_complete[s] = steps::backward(c);
            const bool from_rows = s == 0 && memory[c].reads_rows;
            const layer::reads& first = all[c].parameter_gradient_reads;
            const layer::reads& second = all[c].input_gradient_reads;
            if (i == 0 && ((duties[c].parameter_gradient && first.input && !from_rows) ||
                           (duties[c].input_gradient && second.input)))
                later(last.a[s], steps::backward(c));
            if (reads_factor(all[c], duties, i)) later(last.a[s], steps::backward(c));
        }
    for (std::size_t s = 0; s < Stages; ++s) {
        if (reads_output(all[s], duties[s])) later(all[s].is_identity ? last.a[s] : last.z[s], steps::backward(s));
        if (!duties[s].backward) continue;
        if (all[s].backward_reads_a) later(last.a[s], last.delta_complete[s]);
        if (all[s].backward_reads_z) later(last.z[s], last.delta_complete[s]);
        if (reads_source_as_z(all[s], duties[s])) {
            later(last.a[all[s].sources[0]], last.delta_complete[s]);
            later(last.read_by_function[all[s].sources[0]], last.delta_complete[s]);
        }
    }
    return last;
}

/// Lays out what the backward pass writes, step by step. Where a stage just passes its δ on (a sum, the addends of a
/// product), nothing is copied: the source takes that δ as its own, or adds to it when the next contribution comes.
template <std::size_t Stages>
constexpr void plan_backward(arena_plan<Stages>& plan, const last_reads<Stages>& last,
                             const std::array<stage, Stages>& all, const std::array<stage_duties, Stages>& duties,
                             const std::array<operation_memory, Stages>& memory, std::size_t sample_bytes) {
    using steps = step_numbers<Stages>;
    using purpose = planned_tensor::purpose;
    constexpr std::size_t absent = planned_tensor::fresh;
    std::size_t missing[Stages] = {};         // contributions to come
    contribution so_far[Stages] = {};         // from, from_features, from_first of what has come
    bool taken[6 * Stages + 1] = {};          // its place has been given away
    std::size_t wishes[6 * Stages + 1] = {};  // the tensor whose place this one takes if nobody else needs it
    for (std::size_t& each : wishes) each = absent;
    for (std::size_t s = 0; s < Stages; ++s) missing[s] = last.readers[s];

    // δ takes the place of what its own step reads last, element by element: z or a of the same stage.
    const auto add_delta = [&](std::size_t s, std::size_t step, bool elementwise) {
        planned_tensor delta{purpose::delta, s, all[s].outputs * sample_bytes, step, step, false};
        for (const std::size_t old : {plan.z[s], plan.a[s]})
            if (elementwise && old != absent && plan.tensors[old].last_step == step &&
                delta.in_place_of == planned_tensor::fresh)
                delta.in_place_of = old;
        return plan.delta[s] = plan.add(delta);
    };
    if (duties[Stages - 1].backward) add_delta(Stages - 1, steps::loss, true);
    for (std::size_t c = Stages; c-- > 1;) {
        if (!duties[c].backward) continue;
        const stage& here = all[c];
        const std::size_t step = steps::backward(c);
        std::size_t input_scratch = duties[c].input_gradient ? memory[c].input_scratch : 0;
        plan.read(plan.delta[c], step);
        std::size_t first = here.is == stage_kind::concat ? here.outputs : 0;  // of the source in a concatenation
        for (std::size_t i = here.source_count; i-- > 0;) {
            const std::size_t s = here.sources[i];
            if (here.is == stage_kind::concat) first -= all[s].outputs;
            if (!duties[s].backward) continue;
            contribution& own = plan.contributions[c][i];
            own = so_far[s];
            own.is_last = --missing[s] == 0;
            const bool by_operation = here.is == stage_kind::layer && i == 0;
            const bool passes_on = !by_operation && here.is != stage_kind::product;
            if (passes_on && own.from == absent && !own.is_last) {
                so_far[s].from = plan.delta[c];
                so_far[s].from_features = here.outputs;
                so_far[s].from_first = first;
                continue;
            }
            if (passes_on && own.from == absent && all[s].is_identity && here.is != stage_kind::concat) {
                plan.delta[s] = plan.delta[c];
                continue;
            }
            own.computes = true;
            if (own.from != absent) plan.read(own.from, step);
            if (plan.delta[s] == absent) {
                // Others may read any element of their input at any time: no place is taken there.
                const bool reads_here = here.is == stage_kind::layer && here.sources[0] == s &&
                                        here.input_gradient_reads.input && !here.input_gradient_in_place;
                const bool elementwise =
                    !reads_here &&
                    (by_operation ? here.whole_batch : here.source_count == 1 || last.read_by_function[s] != step);
                const std::size_t made = add_delta(s, step, elementwise);
                const bool read_again = i > 0 || (here.is == stage_kind::layer && own.from == plan.delta[c]);
                if (own.from != absent && own.from_features == all[s].outputs && !read_again) wishes[made] = own.from;
            }
            if (by_operation && !here.whole_batch && own.from != absent)
                input_scratch = std::max(input_scratch, here.inputs * sample_bytes);
            so_far[s].from = plan.delta[s];
            so_far[s].from_features = all[s].outputs;
            so_far[s].from_first = 0;
        }
        const std::size_t scratch =
            std::max(duties[c].parameter_gradient ? memory[c].parameter_scratch : 0, input_scratch);
        if (scratch > 0) plan.scratch[c] = plan.add({purpose::scratch, c, scratch, step, step, false});
    }
    if (duties[0].backward) plan.read(plan.delta[0], steps::backward(0));
    for (std::size_t i = 0; i < plan.count; ++i) {
        planned_tensor& tensor = plan.tensors[i];
        const std::size_t old = wishes[i];
        if (old == absent || tensor.in_place_of != planned_tensor::fresh || taken[old]) continue;
        if (plan.tensors[old].last_step != tensor.first_step || plan.tensors[old].bytes != tensor.bytes) continue;
        tensor.in_place_of = old;
        taken[old] = true;
    }
}

template <std::size_t Stages>
constexpr arena_plan<Stages> plan_arena(const std::array<stage, Stages>& all,
                                        const std::array<stage_duties, Stages>& duties,
                                        const std::array<operation_memory, Stages>& memory, std::size_t lanes,
                                        std::size_t scalar_bytes, bool trains) {
    using steps = step_numbers<Stages>;
    using purpose = planned_tensor::purpose;
    arena_plan<Stages> plan;
    const last_reads<Stages> last = find_last_reads(all, duties, memory);
    const std::size_t sample_bytes = lanes * scalar_bytes;
    for (std::size_t s = 0; s < Stages; ++s) {
        plan.z[s] = plan.a[s] = plan.delta[s] = plan.scratch[s] = plan.absent;
        plan.forward_scratch[s] = plan.kept[s] = plan.absent;
        const std::size_t bytes = all[s].outputs * sample_bytes;
        const std::size_t step = steps::forward(s);
        if (duties[s].keep_z) plan.z[s] = plan.add({purpose::preactivation, s, bytes, step, last.z[s], s > 0});
        const purpose is = s == 0 && all[0].is_identity ? purpose::packed_input : purpose::activation;
        plan.a[s] = plan.add({is, s, bytes, step, last.a[s], duties[s].keep_a && is != purpose::packed_input});
        if (memory[s].forward_scratch > 0)
            plan.forward_scratch[s] = plan.add({purpose::scratch, s, memory[s].forward_scratch, step, step, false});
        if (trains && memory[s].kept > 0) {
            const bool read = duties[s].parameter_gradient || duties[s].input_gradient;
            plan.kept[s] = plan.add({purpose::kept, s, memory[s].kept, step, read ? steps::backward(s) : step, read});
        }
    }
    plan_backward(plan, last, all, duties, memory, sample_bytes);
    plan.bytes = place(plan.tensors, plan.count);
    return plan;
}

}  // namespace espalier::detail
