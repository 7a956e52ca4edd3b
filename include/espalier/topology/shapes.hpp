// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/expression/record.hpp>
#include <espalier/topology/diagnostics.hpp>
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

template <Network Net>
constexpr auto verdict_on() {
    using flat = flat_network<Net>;
    using namespace diagnostics;
    constexpr mismatch problem = inference<flat>::value.problem;
    constexpr std::size_t at = inference<flat>::value.first_mismatch;
    if constexpr (layer_count<flat> == 0)
        return std::type_identity<verdict<mismatch::missing_input, at_layer<0>, flat, receives<>>>{};
    else if constexpr (problem == mismatch::none)
        return std::type_identity<verdict<mismatch::none, void, void, void>>{};
    else
        return std::type_identity<verdict<problem, at_layer<at>, layer_at<flat, at>,
                                          receives<typename shapes_of_layer<flat, at>::input_type>>>{};
}
template <class Net>
using verdict_of = typename decltype(verdict_on<Net>())::type;

/// Of what `network_t` is given: a part needs no input yet.
template <class Net>
constexpr auto verdict_on_part() {
    if constexpr (inference<flat_network<Net>>::value.problem == layer::mismatch::missing_input)
        return std::type_identity<diagnostics::verdict<layer::mismatch::none, void, void, void>>{};
    else
        return verdict_on<Net>();
}
template <class Net>
using verdict_of_part = typename decltype(verdict_on_part<Net>())::type;

}  // namespace detail

/// The type of a network that an expression builds: `using Digits = ep::network_t<digits>`. Where a layer does not fit
/// what it receives, this is where the compiler says so. g++ prints the whole list of layers for an alias but not for a
/// default argument, clang the other way round.
#ifdef __clang__
template <auto Expression>
using network_t = decltype(asked<std::remove_cvref_t<decltype(Expression)>>(
    static_cast<detail::verdict_of_part<std::remove_cvref_t<decltype(Expression)>>*>(nullptr)));
#else
template <auto Expression, class Checked = typename detail::verdict_of_part<std::remove_cvref_t<decltype(Expression)>>::
                               template then<std::remove_cvref_t<decltype(Expression)>>>
using network_t = Checked;
#endif

/// Whether every layer fits its input; where not, one compile error names the layer and what it received.
template <Network Net>
inline constexpr bool well_formed = detail::verdict_of<Net>::reported;

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
