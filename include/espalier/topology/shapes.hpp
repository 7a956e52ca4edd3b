// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/record.hpp>
#include <espalier/topology/network.hpp>

/// Shape inference: one pass over the list, on values.
namespace espalier {

struct layer_shapes {
    extents input;
    extents output;
};

namespace detail {

template <std::size_t Count>
struct inferred {
    layer_shapes layers[Count == 0 ? 1 : Count] = {};
    std::size_t first_mismatch = Count;  // the layer, Count where all fit
    layer::mismatch problem = layer::mismatch::none;
};

/// What the layer's kind promises, on the input that arrives.
template <class Layer>
constexpr layer::mismatch broken_promise(const extents& input) {
    using layer::mismatch;
    const auto learned = layer::parameters_of<Layer>(input);
    if constexpr (layer::ElementwiseLayer<Layer>) {
        if (Layer::output(input) != input) return mismatch::shape_changes;
        if (learned.size() != expression::parameter_count(Layer::expression)) return mismatch::learned_differ;
        for (const layer::parameter& each : learned)
            if (each.shape.size() != 1) return mismatch::learned_differ;
    } else if constexpr (layer::OperationLayer<Layer>) {
        const bool declared = requires { Layer::parameter_gradient_reads; };
        if (!declared && learned.size() > 0) return mismatch::undeclared;
    } else if constexpr (!layer::InputLayer<Layer>) {
        if (layer::Computes<Layer> || learned.size() > 0) return mismatch::undeclared;
        if (Layer::output(input).size() != input.size()) return mismatch::view_resizes;
    }
    return mismatch::none;
}

template <class Layer>
constexpr layer::mismatch mismatch_of(const extents& input, std::size_t position) {
    if (position == 0 && !layer::InputLayer<Layer>) return layer::mismatch::missing_input;
    const layer::mismatch refused = layer::check_of<Layer>(input);
    return refused != layer::mismatch::none ? refused : broken_promise<Layer>(input);
}

template <class Layer>
constexpr extents output_of(const extents& input) {
    return Layer::output(input);
}

template <class Net>
struct inference;
template <class... Layers>
struct inference<network<Layers...>> {
    static constexpr auto value = [] {
        constexpr std::size_t count = sizeof...(Layers);
        inferred<count> shapes;
        // Tables and loops, here and in the plan: compilers limit the length of a fold (clang: 256).
        extents (*const output[count + 1])(const extents&) = {output_of<Layers>...};
        layer::mismatch (*const mismatch[count + 1])(const extents&, std::size_t) = {mismatch_of<Layers>...};
        extents current;
        for (std::size_t i = 0; i < count; ++i) {
            if (shapes.problem == layer::mismatch::none) {
                shapes.problem = mismatch[i](current, i);
                if (shapes.problem != layer::mismatch::none) shapes.first_mismatch = i;
            }
            shapes.layers[i].input = current;
            current = shapes.layers[i].output = output[i](current);
        }
        return shapes;
    }();
};

template <const extents& Value, class Indices>
struct as_shape;
template <const extents& Value, std::size_t... I>
struct as_shape<Value, std::index_sequence<I...>> {
    using type = shape<Value.extent[I]...>;
};
template <class Net, std::size_t I>
struct shapes_of_layer {
    static constexpr extents input = inference<flat_network<Net>>::value.layers[I].input;
    static constexpr extents output = inference<flat_network<Net>>::value.layers[I].output;
    using input_type = typename as_shape<input, std::make_index_sequence<input.rank>>::type;
    using output_type = typename as_shape<output, std::make_index_sequence<output.rank>>::type;
};

// Values in template arguments are what every compiler prints.
template <std::size_t Layer>
struct at_layer;
template <class Kind, class Receives>
struct receives;
template <class... What>
inline constexpr bool shapes_agree = false;

/// True in any case: where something does not fit, the one error is the assertion here, and nothing that asks for
/// well_formed adds another.
template <class Net>
consteval bool check_shapes() {
    using flat = flat_network<Net>;
    constexpr auto& found = inference<flat>::value;
    static_assert(flat::length > 0, "a network needs an input and at least one layer");
    if constexpr (found.problem != layer::mismatch::none) {
        constexpr std::size_t at = found.first_mismatch;
        using where = at_layer<at>;
        using what = receives<layer_at<flat, at>, typename shapes_of_layer<flat, at>::input_type>;
        using layer::mismatch;
        constexpr mismatch problem = found.problem;
        static_assert(problem != mismatch::missing_input || shapes_agree<where, what>,
                      "a network begins with input<extents of one sample…>");
        static_assert(problem != mismatch::unexpected_input || shapes_agree<where, what>,
                      "an input<…> inside a network states the shape that arrives there, and another one arrives");
        static_assert(problem != mismatch::needs_flat || shapes_agree<where, what>,
                      "dense takes a flat input: put flatten before it");
        static_assert(problem != mismatch::size_differs || shapes_agree<where, what>,
                      "reshape keeps the number of elements: give it extents whose product is that of its input");
        static_assert(problem != mismatch::empty || shapes_agree<where, what>, "every extent is at least 1");
        static_assert(problem != mismatch::undeclared || shapes_agree<where, what>,
                      "a layer with forward declares input_gradient_reads, and parameter_gradient_reads if it learns");
        static_assert(problem != mismatch::view_resizes || shapes_agree<where, what>,
                      "a layer without forward and expression is a view: its output has as many elements as its input");
        static_assert(problem != mismatch::shape_changes || shapes_agree<where, what>,
                      "a layer with an expression is elementwise: its output has the shape of its input");
        static_assert(problem != mismatch::learned_differ || shapes_agree<where, what>,
                      "a layer with an expression learns one scalar for each parameter<k> in it, and no more");
        static_assert(problem != mismatch::refused || shapes_agree<where, what>,
                      "this layer's check refuses the shape that it receives");
    }
    return true;
}

}  // namespace detail

/// Whether every layer fits its input; where not, one compile error names the layer and what it received.
template <Network Net>
inline constexpr bool well_formed = detail::check_shapes<Net>();

/// The shape of the network's output, and of its input, for one sample.
template <Network Net>
inline constexpr auto output_shape = [] {
    static_assert(well_formed<Net>);
    return typename detail::shapes_of_layer<Net, layer_count<Net> - 1>::output_type{};
}();
template <Network Net>
inline constexpr auto input_shape = typename detail::shapes_of_layer<Net, 0>::output_type{};

template <Network Net>
inline constexpr std::size_t input_size = decltype(input_shape<Net>)::size;
template <Network Net>
inline constexpr std::size_t output_size = decltype(output_shape<Net>)::size;

}  // namespace espalier
