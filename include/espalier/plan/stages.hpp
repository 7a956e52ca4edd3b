// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include <espalier/expression/chain.hpp>
#include <espalier/topology/shapes.hpp>

/// Fusion: the layer list becomes stages, each an operation followed by the elementwise layers up to the next one,
/// which compose into one function f. Stage 0 is the input with what follows it directly; stage l ≥ 1 is the l-th
/// operation, so for chains of dense layers l counts the weighted layers as the mathematics does.
namespace espalier {

struct stage {
    static constexpr std::size_t no_layer = static_cast<std::size_t>(-1);

    std::size_t operation = no_layer;  // its layer; none for stage 0
    std::size_t first_layer = 0;       // of the layers that it consists of, views included
    std::size_t last_layer = 0;
    std::size_t inputs = 0;  // features in, and out
    std::size_t outputs = 0;
    std::size_t elementwise = 0;  // how many elementwise layers f consists of

    // of the operation
    std::size_t operation_tensors = 0;  // how many it learns
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
};

namespace detail {

enum class role : unsigned char { view, elementwise, operation };

struct layer_role {
    role is = role::view;
    bool trains = false;
    bool has_state = false;
    bool is_frozen = false;
};

template <class Layer>
constexpr layer_role role_of(const extents& input) {
    bool trains = false;
    bool has_state = false;
    for (const layer::parameter& each : layer::parameters_of<Layer>(input)) {
        trains = trains || (!each.is_state && !layer::Frozen<Layer>);
        has_state = has_state || each.is_state;
    }
    if (layer::ElementwiseLayer<Layer>) return {role::elementwise, trains, false, layer::Frozen<Layer>};
    if (layer::OperationLayer<Layer>) return {role::operation, trains, has_state, layer::Frozen<Layer>};
    return {};
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
    static constexpr std::size_t stage_count = [] {
        std::size_t count = 1;
        for (const layer_role& each : value) count += each.is == role::operation;
        return count;
    }();
    /// First layer of each stage, and one past the last layer at the end.
    static constexpr auto stage_begin = [] {
        std::array<std::size_t, stage_count + 1> begin{};
        std::size_t s = 0;
        for (std::size_t i = 0; i < value.size(); ++i)
            if (value[i].is == role::operation) begin[++s] = i;
        begin[stage_count] = value.size();
        return begin;
    }();
};

/// The elementwise layers of stage S, as indices.
template <class Net, std::size_t S>
struct elementwise_of {
    static constexpr std::size_t begin = roles<Net>::stage_begin[S];
    static constexpr std::size_t end = roles<Net>::stage_begin[S + 1];
    static constexpr std::size_t count = [] {
        std::size_t n = 0;
        for (std::size_t i = begin; i < end; ++i) n += roles<Net>::value[i].is == role::elementwise;
        return n;
    }();
    static constexpr auto layers = [] {
        std::array<std::size_t, count + 1> list{};
        std::size_t n = 0;
        for (std::size_t i = begin; i < end; ++i)
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
inline constexpr std::size_t stage_count = detail::roles<flat_network<Net>>::stage_count;

/// The function f of stage S.
template <Network Net, std::size_t S>
using stage_chain = typename detail::chain_of_stage<flat_network<Net>, S>::type;

/// The operation layer of stage S ≥ 1.
template <Network Net, std::size_t S>
using stage_operation = layer_at<Net, detail::roles<flat_network<Net>>::stage_begin[S]>;

namespace detail {

template <class Net, std::size_t S>
constexpr stage make_stage() {
    using chain = typename chain_of_stage<Net, S>::type;
    constexpr auto& shapes = inference<Net>::value.layers;
    constexpr auto& list = roles<Net>::value;
    stage made;
    made.first_layer = roles<Net>::stage_begin[S];
    made.last_layer = roles<Net>::stage_begin[S + 1] - 1;
    made.outputs = shapes[made.last_layer].output.size();
    made.inputs = S == 0 ? made.outputs : shapes[made.first_layer].input.size();
    made.elementwise = elementwise_of<Net, S>::count;
    if constexpr (S > 0) {
        using operation = layer_at<Net, roles<Net>::stage_begin[S]>;
        made.operation = made.first_layer;
        made.operation_tensors = layer::parameters_of<operation>(shapes[made.first_layer].input).size();
        made.operation_trains = list[made.first_layer].trains;
        made.operation_has_state = list[made.first_layer].has_state;
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
