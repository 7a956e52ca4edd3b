// SPDX-License-Identifier: MIT
#pragma once

#include <array>

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

template <class Layer, std::size_t Count>
constexpr void infer_layer(inferred<Count>& shapes, extents& current, std::size_t& position) {
    layer::mismatch problem = layer::check_of<Layer>(current);
    if (position == 0 && !layer::InputLayer<Layer>) problem = layer::mismatch::missing_input;
    if (problem != layer::mismatch::none && shapes.problem == layer::mismatch::none) {
        shapes.problem = problem;
        shapes.first_mismatch = position;
    }
    shapes.layers[position].input = current;
    current = Layer::output(current);
    shapes.layers[position++].output = current;
}

template <class Net>
struct inference;
template <class... Layers>
struct inference<network<Layers...>> {
    static constexpr auto value = [] {
        inferred<sizeof...(Layers)> shapes;
        extents current;
        std::size_t position = 0;
        (infer_layer<Layers>(shapes, current, position), ...);
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
