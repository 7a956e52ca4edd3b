// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <type_traits>
#include <utility>

#include <espalier/layer/contract.hpp>
#include <espalier/layer/frozen.hpp>
#include <espalier/layer/structure.hpp>
#include <espalier/layer/written.hpp>

namespace espalier::layer {

/// Stands for what is no layer. It fits nowhere: its check says what is missing.
template <class Type>
struct no_layer {
    static constexpr std::string_view kind = "no layer";
    static constexpr extents output(const extents& input) { return input; }
    static constexpr mismatch check(const extents& input) {
        constexpr bool has_kind = requires {
            { Type::kind } -> std::convertible_to<std::string_view>;
        };
        constexpr bool has_output = requires {
            { Type::output(input) } -> std::same_as<extents>;
        };
        if (has_output) return mismatch::kind_missing;
        return has_kind ? mismatch::output_missing : mismatch::not_a_layer;
    }
};

}  // namespace espalier::layer

namespace espalier {

/// A neural network: a type-level list of layers, and no more. One that begins with `input<…>` is complete; one
/// that does not is a part that other networks take in. Nested networks count as their layers in a row.
template <class... Layers>
struct network {
    static constexpr std::size_t length = sizeof...(Layers);
};

template <class>
inline constexpr bool is_network = false;
template <class... Layers>
inline constexpr bool is_network<network<Layers...>> = true;

/// A complete network or a part of one.
template <class Type>
concept Network = is_network<std::remove_cvref_t<Type>>;

namespace detail {

template <class Part>
struct part {
    using type = network<Part>;
};
template <class... Layers>
struct part<network<Layers...>>;

template <class... Networks>
struct joined;
template <>
struct joined<> {
    using type = network<>;
};
template <class... Layers>
struct joined<network<Layers...>> {
    using type = network<Layers...>;
};
template <class... First, class... Second, class... Rest>
struct joined<network<First...>, network<Second...>, Rest...> : joined<network<First..., Second...>, Rest...> {};
// Eight at once, for the compilers' sake.
template <class... A, class... B, class... C, class... D, class... E, class... F, class... G, class... H, class... Rest>
struct joined<network<A...>, network<B...>, network<C...>, network<D...>, network<E...>, network<F...>, network<G...>,
              network<H...>, Rest...> : joined<network<A..., B..., C..., D..., E..., F..., G..., H...>, Rest...> {};

/// No fold: clang limits the length of one to 256.
constexpr bool any_of(std::initializer_list<bool> list) {
    for (const bool each : list)
        if (each) return true;
    return false;
}

template <class Net>
struct flat_list;
template <class... Layers>
struct part<network<Layers...>> : flat_list<network<Layers...>> {};
template <class... Layers>
    requires(!any_of({is_network<Layers>...}))
struct flat_list<network<Layers...>> {
    using type = network<Layers...>;
};
template <class... Layers>
    requires(any_of({is_network<Layers>...}))
struct flat_list<network<Layers...>> : joined<typename part<Layers>::type...> {};

}  // namespace detail

/// The same network as one flat list of layers.
template <Network Net>
using flat_network = typename detail::flat_list<std::remove_cvref_t<Net>>::type;

/// A network or a layer: what the `>>` between them takes.
template <class Type>
concept Part = Network<Type> || layer::Layer<std::remove_cvref_t<Type>>;

namespace detail {

/// An input or a join has nothing to freeze.
template <layer::Layer Inner>
constexpr auto freeze(Inner) {
    if constexpr (layer::InputLayer<Inner> || layer::StructureLayer<Inner>)
        return Inner{};
    else
        return layer::frozen<Inner>{};
}
template <class Net>
struct frozen_network;
template <class... Layers>
struct frozen_network<network<Layers...>> {
    using type = network<decltype(freeze(Layers{}))...>;
};

template <class Net, class Indices>
struct repeated;
template <class Net, std::size_t... I>
struct repeated<Net, std::index_sequence<I...>> {
    template <std::size_t>
    using copy = Net;
    using type = typename joined<copy<I>...>::type;
};

}  // namespace detail

/// Puts one part after another: `ep::input<64> >> ep::dense<10>`.
template <Part First, Part Second>
constexpr auto operator>>(First, Second) {
    return typename detail::joined<typename detail::part<First>::type, typename detail::part<Second>::type>::type{};
}

/// The part, Count times in a row, each with parameters of its own: `repeat<3>(dense<32> >> tanh)`.
template <auto Count, Part Body>
constexpr auto repeat(Body body) {
    constexpr bool is_count = layer::Size<Count> && Count != decltype(Count){};
    static_assert(is_count, "repeat<n>(part) takes n > 0, a whole number");
    if constexpr (is_count)
        return typename detail::repeated<typename detail::part<Body>::type, std::make_index_sequence<Count>>::type{};
    else
        return body;
}

/// The part without training: `frozen(dense<64>)`. See layer/frozen.hpp.
template <layer::Layer Inner>
constexpr auto frozen(Inner layer) {
    return detail::freeze(layer);
}
template <Network Net>
constexpr auto frozen(Net) {
    return typename detail::frozen_network<flat_network<Net>>::type{};
}

/// What stands in the list for something else than a layer, so that network_t can say where it stands.
template <Part First, class Second>
    requires(!Part<Second>)
constexpr auto operator>>(First, const Second&) {
    return typename detail::joined<typename detail::part<First>::type, network<layer::no_layer<Second>>>::type{};
}
template <class Other>
    requires(!Part<Other>)
constexpr layer::no_layer<Other> frozen(const Other&) {
    return {};
}

namespace layer {
using espalier::operator>>;  // found by argument-dependent lookup between two layers
}

namespace detail {

/// Layer I of a list, without recursion.
template <std::size_t I, class Layer>
struct indexed {
    using type = Layer;
};
template <class Indices, class... Layers>
struct layer_list;
template <std::size_t... I, class... Layers>
struct layer_list<std::index_sequence<I...>, Layers...> : indexed<I, Layers>... {};

template <std::size_t I, class Layer>
indexed<I, Layer> find_layer(const indexed<I, Layer>&);

template <class Net>
struct list_of;
template <class... Layers>
struct list_of<network<Layers...>> {
    using type = layer_list<std::index_sequence_for<Layers...>, Layers...>;
};

}  // namespace detail

/// Element I of the flat list, counted from 0: the input. Where there are branches, the list holds more than layers:
/// see layer/structure.hpp.
template <Network Net, std::size_t I>
using layer_at =
    typename decltype(detail::find_layer<I>(std::declval<typename detail::list_of<flat_network<Net>>::type>()))::type;

template <Network Net>
inline constexpr std::size_t layer_count = flat_network<Net>::length;

}  // namespace espalier
