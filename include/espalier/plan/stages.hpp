// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <espalier/expression/chain.hpp>
#include <espalier/topology/shapes.hpp>

/// Fusion: the layer list becomes stages, each an operation followed by the elementwise layers up to the next one,
/// which compose into one function f. Stage 0 is the input with what follows it directly; stage l ≥ 1 is the l-th
/// operation, so for chains of dense layers l counts the weighted layers as the mathematics does.
///
/// Branches make the stages a directed acyclic graph: a stage names the stages that it reads, all before it. The sum
/// of branches joins the product before it, z = W a + b + a′, where that is the last thing computed; other joins are
/// stages that learn nothing. So is f where elementwise layers begin a branch: z is a of the stage before.
namespace espalier {

enum class stage_kind : unsigned char {
    input,
    layer,    // an operation on the first source, plus the other sources
    sum,      // of the sources; of one: that source itself
    concat,   // the sources one after the other
    product,  // of the sources, element by element
};

struct stage {
    static constexpr std::size_t no_layer = static_cast<std::size_t>(-1);
    static constexpr std::size_t max_sources = layer::max_branches;

    stage_kind is = stage_kind::input;
    std::size_t source_count = 0;
    std::size_t sources[max_sources] = {};  // stages whose a is read

    // Elements of the flat list.
    std::size_t operation = no_layer;  // a layer, or the join; none where there is only f
    std::size_t first_layer = 0;       // of the layers that it consists of, views included
    std::size_t last_layer = 0;
    std::size_t inputs = 0;  // features in (of the operation), and out
    std::size_t outputs = 0;
    std::size_t elementwise = 0;  // how many elementwise layers f consists of

    // of the operation
    std::size_t operation_tensors = 0;  // how many it learns, state included
    bool operation_trains = false;
    bool operation_has_state = false;
    bool whole_batch = false;
    bool input_gradient_in_place = false;
    layer::reads parameter_gradient_reads{};
    layer::reads input_gradient_reads{};

    // of f
    bool activation_trains = false;
    bool is_identity = true;
    bool depends_on_z = false;      // whether f′ does, by the mathematics
    bool backward_reads_z = false;  // what its evaluation loads: z, or a in its stead
    bool backward_reads_a = false;

    /// f alone: z is the source's a.
    constexpr bool only_function() const { return is == stage_kind::sum && source_count == 1; }
    /// Sources that are added to what the operation yields.
    constexpr std::size_t addends() const { return is == stage_kind::layer ? source_count - 1 : 0; }
};

namespace detail {

enum class role : unsigned char { view, elementwise, operation, fork, next_branch, join };

struct layer_role {
    role is = role::view;
    bool trains = false;
    bool has_state = false;
    bool is_frozen = false;
    bool takes_addends = false;  // an operation whose gradients do not read its output
    stage_kind join = stage_kind::sum;
};

template <class Layer>
constexpr layer_role role_of(const extents& input) {
    layer_role made;
    for (const layer::parameter& each : layer::parameters_of<Layer>(input)) {
        made.trains = made.trains || (!each.is_state && !layer::Frozen<Layer>);
        made.has_state = made.has_state || each.is_state;
    }
    made.is_frozen = layer::Frozen<Layer>;
    if constexpr (layer::ForkLayer<Layer>) {
        made.is = role::fork;
    } else if constexpr (layer::NextBranchLayer<Layer>) {
        made.is = role::next_branch;
    } else if constexpr (layer::JoinLayer<Layer>) {
        made.is = role::join;
        if (Layer::how == layer::joint::concat) made.join = stage_kind::concat;
        if (Layer::how == layer::joint::multiply) made.join = stage_kind::product;
    } else if constexpr (layer::ElementwiseLayer<Layer>) {
        made.is = role::elementwise;
    } else if constexpr (layer::OperationLayer<Layer>) {
        made.is = role::operation;
        bool reads_output = Layer::input_gradient_reads.output;
        if constexpr (requires { Layer::parameter_gradient_reads; })
            reads_output = reads_output || Layer::parameter_gradient_reads.output;
        made.takes_addends = !reads_output;
    }
    return made;
}

template <std::size_t Count>
struct stage_graph {
    stage stages[Count + 1] = {};  // without what depends on the layers' types
    std::size_t count = 0;
    std::size_t stage_of[Count + 1] = {};
};

/// Reads the list once. Elementwise layers join the stage that has just been computed, unless others read it too.
template <std::size_t Count>
constexpr stage_graph<Count> graph_of(const std::array<layer_role, Count>& roles) {
    stage_graph<Count> graph;
    branch_stack<std::size_t, Count> branches;
    std::size_t first_inside[Count + 1] = {};  // for each open fork, the first stage behind it
    std::size_t depth = 0;
    std::size_t current = 0;
    bool fuses = true;
    const auto begin_stage = [&](stage_kind is, std::size_t layer, std::size_t operation) -> stage& {
        stage& made = graph.stages[graph.count];
        made.is = is;
        made.operation = operation;
        made.first_layer = made.last_layer = layer;
        current = graph.count++;
        fuses = true;
        return made;
    };
    const auto read = [](stage& reader, std::size_t source) {
        if (reader.source_count < stage::max_sources) reader.sources[reader.source_count++] = source;
    };
    begin_stage(stage_kind::input, 0, stage::no_layer);
    for (std::size_t i = 1; i < Count; ++i) {
        const std::size_t before = current;
        switch (roles[i].is) {
            case role::view:
                if (fuses) graph.stages[current].last_layer = i;
                break;
            case role::elementwise:
                if (!fuses) read(begin_stage(stage_kind::sum, i, stage::no_layer), before);
                graph.stages[current].last_layer = i;
                ++graph.stages[current].elementwise;
                break;
            case role::operation:
                read(begin_stage(stage_kind::layer, i, i), before);
                break;
            case role::fork:
                branches.fork(current);
                first_inside[depth++] = graph.count;
                fuses = false;
                break;
            case role::next_branch:
                if (!branches.empty()) current = branches.next(current);
                fuses = false;
                break;
            case role::join: {
                if (branches.empty()) break;
                branches.join(current);
                const std::size_t inside = first_inside[--depth];
                const std::size_t newest = graph.count - 1;
                const std::size_t ends = branches.count();
                fuses = false;
                if (ends == 1) break;
                std::size_t newest_ends = 0;
                for (std::size_t b = 0; b < ends; ++b) newest_ends += branches.ends()[b] == newest;
                stage& last = graph.stages[newest];
                if (roles[i].join == stage_kind::sum && newest >= inside && newest_ends == 1 &&
                    last.is == stage_kind::layer && last.elementwise == 0 && roles[last.operation].takes_addends &&
                    last.source_count + ends - 1 <= stage::max_sources) {
                    for (std::size_t b = 0; b < ends; ++b)
                        if (branches.ends()[b] != newest) read(last, branches.ends()[b]);
                    last.last_layer = i;
                    current = newest;
                    fuses = true;
                } else {
                    stage& joined = begin_stage(roles[i].join, i, i);
                    for (std::size_t b = 0; b < ends; ++b) read(joined, branches.ends()[b]);
                }
                break;
            }
        }
        graph.stage_of[i] = current;
    }
    return graph;
}

template <class Net>
struct roles;
template <class... Layers>
struct roles<network<Layers...>> {
    static constexpr auto value = [] {
        constexpr std::size_t count = sizeof...(Layers);
        layer_role (*const role_of_layer[count + 1])(const extents&) = {role_of<Layers>...};
        std::array<layer_role, count> list{};
        for (std::size_t i = 0; i < count; ++i)
            list[i] = role_of_layer[i](inference<network<Layers...>>::value.layers[i].input);
        // An input; where another layer stands, well_formed has said so, and what follows stays usable.
        if constexpr (sizeof...(Layers) > 0) list[0] = {};
        return list;
    }();
    static constexpr auto graph = graph_of(value);
};

/// The elementwise layers of stage S, as elements of the list.
template <class Net, std::size_t S>
struct elementwise_of {
    static constexpr const stage& here = roles<Net>::graph.stages[S];
    static constexpr std::size_t count = here.elementwise;
    static constexpr auto layers = [] {
        std::array<std::size_t, count + 1> list{};
        std::size_t n = 0;
        for (std::size_t i = here.first_layer; i <= here.last_layer; ++i)
            if (roles<Net>::value[i].is == role::elementwise) list[n++] = i;
        return list;
    }();
};

template <class Net, std::size_t S, class Indices = std::make_index_sequence<elementwise_of<Net, S>::count>>
struct chain_of_stage;
template <class Net, std::size_t S, std::size_t... I>
struct chain_of_stage<Net, S, std::index_sequence<I...>> {
    using type = expression::chain<layer_at<Net, elementwise_of<Net, S>::layers[I]>...>;
};

}  // namespace detail

template <Network Net>
inline constexpr std::size_t stage_count = detail::roles<flat_network<Net>>::graph.count;

/// The function f of stage S.
template <Network Net, std::size_t S>
using stage_chain = typename detail::chain_of_stage<flat_network<Net>, S>::type;

/// The operation layer of stage S ≥ 1, where it has one.
template <Network Net, std::size_t S>
using stage_operation = layer_at<Net, detail::roles<flat_network<Net>>::graph.stages[S].operation>;

namespace detail {

template <class Net, std::size_t S>
constexpr stage make_stage() {
    using chain = typename chain_of_stage<Net, S>::type;
    constexpr auto& shapes = inference<Net>::value.layers;
    constexpr auto& list = roles<Net>::value;
    stage made = roles<Net>::graph.stages[S];
    made.outputs = shapes[made.last_layer].output.size();
    made.inputs = S == 0 ? made.outputs : shapes[made.first_layer].input.size();
    if constexpr (roles<Net>::graph.stages[S].is == stage_kind::layer) {
        using operation = stage_operation<Net, S>;
        made.operation_tensors = layer::parameters_of<operation>(shapes[made.operation].input).size();
        made.operation_trains = list[made.operation].trains;
        made.operation_has_state = list[made.operation].has_state;
        made.whole_batch = layer::BatchLayer<operation>;
        if constexpr (requires { operation::input_gradient_in_place; })
            made.input_gradient_in_place = operation::input_gradient_in_place;
        if constexpr (requires { operation::parameter_gradient_reads; })
            made.parameter_gradient_reads = operation::parameter_gradient_reads;
        made.input_gradient_reads = operation::input_gradient_reads;
    }
    for (std::size_t i = made.first_layer; i <= made.last_layer; ++i)
        made.activation_trains = made.activation_trains || (list[i].is == role::elementwise && list[i].trains);
    made.is_identity = chain::is_identity;
    made.depends_on_z = chain::depends_on_z;
    made.backward_reads_z = chain::backward_reads_z;
    made.backward_reads_a = chain::backward_reads_a;
    return made;
}

}  // namespace detail

/// The stages of a network, 0 … N.
template <Network Net>
inline constexpr auto stages = []<std::size_t... S>(std::index_sequence<S...>) {
    static_assert(well_formed<Net>);
    return std::array<stage, stage_count<Net>>{detail::make_stage<flat_network<Net>, S>()...};
}(std::make_index_sequence<stage_count<Net>>{});

}  // namespace espalier
