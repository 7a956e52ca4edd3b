// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include <espalier/plan/layer_name.hpp>
#include <espalier/plan/parameters.hpp>
#include <espalier/plan/plan.hpp>
#include <espalier/plan/scalar.hpp>
#include <espalier/plan/text_table.hpp>

namespace espalier {

namespace detail {

/// What a table tells of a layer beside its stage.
struct layer_facts {
    std::string name;
    std::size_t number = 0;  // as a user counts
    structure is = structure::none;
    extents output{};
    std::size_t stage = 0;
    std::size_t parameters = 0;
    std::size_t flops = 0;  // of the forward pass, for one sample
    bool counts_flops = false;

    /// Fork and next_branch only shape the list.
    bool is_layer() const { return is == structure::none || is == structure::join; }
};

template <class Layer>
[[gnu::cold]] void add_facts(const extents& input, layer_facts& facts) {
    facts.name = layer_name<Layer>();
    facts.is = structure_of<Layer>();
    for (const auto& each : espalier::layer::parameters_of<Layer>(input)) facts.parameters += each.shape.size();
    if constexpr (requires { Layer::flops(input); }) {
        facts.flops = Layer::flops(input);
        facts.counts_flops = true;
    }
}

/// Of each layer of a network, the function that adds its facts: one a layer type, wherever that stands.
using facts_table = std::span<void (*const)(const extents&, layer_facts&)>;
template <class Net>
inline constexpr facts_table facts_of{};
template <class... Layers>
inline constexpr void (*facts_in_order[])(const extents&, layer_facts&) = {add_facts<Layers>...};
template <class... Layers>
inline constexpr facts_table facts_of<network<Layers...>> = facts_in_order<Layers...>;

[[gnu::cold]] inline std::vector<layer_facts> collect_facts(facts_table table, const layer_shapes* shapes,
                                                            const std::size_t* numbers,
                                                            std::size_t (*stage_of)(std::size_t)) {
    std::vector<layer_facts> facts(table.size());
    for (std::size_t l = 0; l < table.size(); ++l) {
        facts[l].number = numbers[l];
        facts[l].output = shapes[l].output;
        facts[l].stage = stage_of(l);
        table[l](shapes[l].input, facts[l]);
    }
    return facts;
}
template <class Net>
std::vector<layer_facts> facts_of_layers() {
    return rarely<collect_facts>(facts_of<Net>, inference<Net>::value.layers, inference<Net>::value.number,
                                 stage_of_layer<Net>);
}

/// A plan as run-time views, so that one function formats the plans of all networks.
struct plan_view {
    std::vector<layer_facts> layers;
    std::span<const stage> stages;
    std::span<const stage_duties> duties;
    std::span<const planned_tensor> tensors;
    bool reads_rows = false;  // ∇W¹ is taken from the caller's x
    std::size_t batch = 0;
    std::size_t lanes = 0;
    std::size_t bytes = 0;
    std::size_t stored_bytes = 0;
    std::string_view scalar;

    std::size_t last() const { return stages.size() - 1; }
};

/// The gradients of an operation that read its input, or its output.
[[gnu::cold]] inline std::string gradients_that_read(const plan_view& plan, std::size_t s, bool layer::reads::* what) {
    std::string names;
    if (plan.duties[s].parameter_gradient && plan.stages[s].parameter_gradient_reads.*what)
        names = text_of({"∇W", superscript(s)});
    if (plan.duties[s].input_gradient && plan.stages[s].input_gradient_reads.*what)
        names = text_of({names, names.empty() ? "∇a" : ", ∇a", superscript(plan.stages[s].sources[0])});
    return names;
}

/// Who reads stage s's a, or its z, on the way back: "∇W², f′".
[[gnu::cold]] inline std::string backward_readers(const plan_view& plan, std::size_t s, bool of_z) {
    const stage& here = plan.stages[s];
    std::string names;
    const auto add = [&](const std::string& name) {
        names = text_of({names, !names.empty() && !name.empty() ? ", " : "", name});
    };
    for (std::size_t c = s + 1; !of_z && c < plan.stages.size(); ++c) {
        const stage& reader = plan.stages[c];
        for (std::size_t i = 0; i < reader.source_count; ++i) {
            if (reader.sources[i] != s) continue;
            if (reader.is == stage_kind::layer && i == 0) add(gradients_that_read(plan, c, &layer::reads::input));
            if (reads_source_as_z(reader, plan.duties[c])) add(text_of({"f′", superscript(c)}));
            for (std::size_t k = 0; k < reader.source_count; ++k)
                if (reader.is == stage_kind::product && k != i && plan.duties[reader.sources[k]].backward)
                    add(text_of({"∇a", superscript(reader.sources[k])}));
        }
    }
    if (s > 0 && of_z == !here.is_identity) add(gradients_that_read(plan, s, &layer::reads::output));
    if (plan.duties[s].backward && (of_z ? here.backward_reads_z && !here.only_function() : here.backward_reads_a))
        add("f′");
    return names;
}

[[gnu::cold]] inline std::string tensor_text(const planned_tensor& tensor) {
    using enum planned_tensor::purpose;
    switch (tensor.is) {
        case packed_input:
            return "a⁰";
        case preactivation:
            return text_of({"z", superscript(tensor.stage)});
        case activation:
            return text_of({"a", superscript(tensor.stage)});
        case delta:
            return text_of({"δ", superscript(tensor.stage)});
        case scratch:
            return text_of({"scratch", superscript(tensor.stage)});
        case kept:
            return text_of({"own", superscript(tensor.stage)});
    }
    return {};
}

[[gnu::cold]] inline std::string purpose_text(const plan_view& plan, const planned_tensor& tensor) {
    using enum planned_tensor::purpose;
    switch (tensor.is) {
        case packed_input:
            return "x in blocks of samples";
        case scratch:
            return "of the kernels";
        case delta:
            return text_of({"∇C by z", superscript(tensor.stage)});
        case kept:
            return text_of({"by ", plan.layers[plan.stages[tensor.stage].operation].name, " for its gradients"});
        default:
            break;
    }
    const std::string readers = backward_readers(plan, tensor.stage, tensor.is == preactivation);
    return tensor.kept && !readers.empty() ? text_of({"kept: ", readers}) : "passes through";
}

/// A step by its number in step_numbers of plan.hpp.
[[gnu::cold]] inline std::string step_text(const plan_view& plan, std::size_t step) {
    const std::size_t stages = plan.stages.size();
    if (step < stages) return step == 0 ? "pack" : text_of({"forward ", step});
    if (step == stages) return "loss";
    return step == 2 * stages ? "unpack" : text_of({"backward ", 2 * stages - step});
}

[[gnu::cold]] inline std::string grouped_if(bool is_known, std::size_t number) {
    return is_known ? grouped(number) : std::string();
}

[[gnu::cold]] inline std::string layer_table(const plan_view& plan) {
    using enum text_table::align;
    static constexpr text_table::column columns[] = {
        {"#", right},     {"layer", left},    {"output", left},   {"parameters", right}, {"kept for backward", left},
        {"bytes", right}, {"forward", right}, {"backward", right}};
    text_table table(columns);
    std::size_t parameters = 0;
    std::size_t forward = 0;
    std::size_t backward = 0;
    for (std::size_t l = 0; l < plan.layers.size(); ++l) {
        const layer_facts& facts = plan.layers[l];
        if (!facts.is_layer()) continue;
        const stage& here = plan.stages[facts.stage];
        const stage_duties& duty = plan.duties[facts.stage];
        const bool is_operation = l == here.operation;
        std::string kept;
        std::size_t bytes = 0;
        for (const planned_tensor& each : plan.tensors) {
            if (each.is == planned_tensor::purpose::kept) {
                if (each.stage != facts.stage || !is_operation || !each.kept) continue;
                kept = text_of({kept, kept.empty() ? "" : ", ", tensor_text(each), " (its gradients)"});
                bytes += each.bytes;
                continue;
            }
            const bool is_z = each.is == planned_tensor::purpose::preactivation;
            const bool is_input = each.stage == 0 && (is_z || here.is_identity);
            const std::string readers = backward_readers(plan, each.stage, is_z);
            if (each.stage != facts.stage || l != (is_z ? here.first_layer : here.last_layer)) continue;
            if (!each.kept && (!is_input || readers.empty())) continue;
            const std::string name = is_input ? plan.reads_rows ? "the caller's x" : "x in blocks" : tensor_text(each);
            kept = text_of({kept, kept.empty() ? "" : ", ", name, " (", readers, ")"});
            if (each.kept) bytes += each.bytes;
        }

        const std::size_t products = is_operation ? std::size_t{duty.parameter_gradient} + duty.input_gradient : 0;
        parameters += facts.parameters;
        forward += facts.flops;
        backward += products * facts.flops;
        table.add({facts.number, facts.name, shape_text(facts.output),
                   grouped_if(facts.parameters > 0, facts.parameters), kept.empty() ? "nothing" : kept,
                   grouped_if(bytes > 0, bytes), grouped_if(facts.counts_flops, facts.flops),
                   grouped_if(facts.counts_flops, products * facts.flops)});
    }
    table.rule();
    table.add(
        {"", "total", "", grouped(parameters), "", grouped(plan.stored_bytes), grouped(forward), grouped(backward)});
    return table.text();
}

[[gnu::cold]] inline std::string arena_table(const plan_view& plan) {
    using enum text_table::align;
    static constexpr text_table::column columns[] = {{"tensor", left},     {"what", left},       {"offset", right},
                                                     {"bytes", right},     {"written in", left}, {"last read in", left},
                                                     {"in place of", left}};
    text_table table(columns);
    for (const planned_tensor& each : plan.tensors) {
        const bool fresh = each.in_place_of == planned_tensor::fresh;
        table.add({tensor_text(each), purpose_text(plan, each), grouped(each.offset), grouped(each.bytes),
                   step_text(plan, each.first_step), step_text(plan, each.last_step),
                   fresh ? std::string() : tensor_text(plan.tensors[each.in_place_of])});
    }
    return table.text();
}

[[gnu::cold]] inline std::string description(const plan_view& plan) {
    return text_of({"batch of ", plan.batch, " (", plan.lanes, " lanes), ", plan.scalar, "\n\n", layer_table(plan),
                    "FLOPs are per sample, a multiply-add counts as two; only products are counted.\n\narena of ",
                    grouped(plan.bytes), " bytes\n\n", arena_table(plan)});
}

}  // namespace detail

/// A network and its plan as two tables for people. The first has a row for each layer: output shape, parameters,
/// what is kept for backward and which gradient reads it (f′ is the activation's derivative), bytes for the whole
/// batch, FLOPs for one sample — backward only what the plan really computes. The second lists the arena's tensors
/// with offset, size and life. At most 120 columns of UTF-8; the layers' names give way where there is no room.
///
/// A layer's FLOPs are its optional `static constexpr std::size_t flops(const extents& input)`: one sample, forward;
/// each of its gradients costs the same.
template <Network Net, std::size_t Batch, class Scalar = float, request Wanted = request::parameters>
    requires detail::Fits<Net>
std::string describe() {
    using planned = plan<Net, Batch, Scalar, Wanted>;
    using net = typename planned::net;
    detail::plan_view view;
    view.layers = detail::facts_of_layers<net>();
    view.stages = planned::stages;
    view.duties = planned::duties;
    view.tensors = std::span(planned::arena.tensors).first(planned::arena.count);
    view.batch = Batch;
    view.lanes = planned::lanes;
    view.bytes = planned::bytes;
    view.stored_bytes = planned::stored_bytes;
    view.scalar = sizeof(Scalar) == sizeof(float) ? "float" : "double";
    if constexpr (planned::stage_count > 1) view.reads_rows = planned::memory[1].reads_rows;
    return detail::rarely<detail::description>(view);
}
template <Network Net, std::size_t Batch, class Scalar = float, request Wanted = request::parameters>
    requires(!detail::Fits<Net>)
detail::verdict_of<Net> describe();
template <auto Net, std::size_t Batch, class Scalar = float, request Wanted = request::parameters>
    requires Network<decltype(Net)>
diagnostics::object_for_type<std::string> describe();
template <Network Net>
diagnostics::batch_missing<std::string> describe();
template <auto Net>
    requires Network<decltype(Net)>
diagnostics::object_for_type<std::string> describe();

}  // namespace espalier
