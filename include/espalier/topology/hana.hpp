// SPDX-License-Identifier: MIT
#pragma once

#include <boost/hana/bool.hpp>
#include <boost/hana/fwd/at.hpp>
#include <boost/hana/fwd/concept/sequence.hpp>
#include <boost/hana/fwd/core/make.hpp>
#include <boost/hana/fwd/core/tag_of.hpp>
#include <boost/hana/fwd/drop_front.hpp>
#include <boost/hana/fwd/equal.hpp>
#include <boost/hana/fwd/is_empty.hpp>
#include <boost/hana/fwd/length.hpp>
#include <boost/hana/fwd/unpack.hpp>
#include <boost/hana/integral_constant.hpp>
#include <boost/hana/type.hpp>
#include <concepts>
#include <cstddef>
#include <utility>

#include <espalier/topology/network.hpp>

/// A network is a Boost.Hana Sequence of its layers, nested ones in a row: the elements are hana::type_c<Layer>, and
/// what gives a sequence back gives a network. Only the model stands here; each algorithm is its own Hana header.
///     hana::for_each(network, [](auto layer) { using type = typename decltype(layer)::type; … });
///     hana::filter(network, …), hana::concat(first, second), hana::take_front_c<3>(network)   // networks
/// What is no list of layers (sizes, names) is collected by hana::unpack or a fold, or from hana::to_tuple(network).
namespace espalier {

struct network_tag {};

namespace detail {

/// Layers First, First + 1, … of the list.
template <class Net, std::size_t First, std::size_t... I>
network<layer_at<Net, First + I>...> layers_from(std::index_sequence<I...>);

template <class Element>
concept LayerElement =
    requires { typename std::remove_cvref_t<Element>::type; } && Part<typename std::remove_cvref_t<Element>::type>;

template <class... Elements>
struct network_of {
    using type = network<>;
};
template <LayerElement... Elements>
struct network_of<Elements...> {
    using type = flat_network<network<typename std::remove_cvref_t<Elements>::type...>>;
};

}  // namespace detail
}  // namespace espalier

namespace boost::hana {

template <class... Layers>
struct tag_of<espalier::network<Layers...>> {
    using type = espalier::network_tag;
};

template <>
struct Sequence<espalier::network_tag> {
    static constexpr bool value = true;
};

template <>
struct make_impl<espalier::network_tag> {
    template <class... Elements>
    static constexpr auto apply(const Elements&...) {
        static_assert(
            (espalier::detail::LayerElement<Elements> && ...),
            "a network holds hana::type_c<Layer>: turn it into a tuple (hana::to_tuple) to hold other values");
        return typename espalier::detail::network_of<Elements...>::type{};
    }
};

template <>
struct unpack_impl<espalier::network_tag> {
    template <class Net, class Function>
    static constexpr decltype(auto) apply(const Net&, Function&& f) {
        return call(espalier::flat_network<Net>{}, static_cast<Function&&>(f));
    }

private:
    template <class... Layers, class Function>
    static constexpr decltype(auto) call(espalier::network<Layers...>, Function&& f) {
        return static_cast<Function&&>(f)(hana::type<Layers>{}...);
    }
};

template <>
struct at_impl<espalier::network_tag> {
    template <class Net, class Position>
    static constexpr auto apply(const Net&, const Position&) {
        return hana::type<espalier::layer_at<Net, Position::value>>{};
    }
};

template <>
struct drop_front_impl<espalier::network_tag> {
    template <class Net, class Count>
    static constexpr auto apply(const Net&, const Count&) {
        constexpr std::size_t total = espalier::layer_count<Net>;
        constexpr std::size_t dropped = Count::value < total ? Count::value : total;
        return decltype(espalier::detail::layers_from<Net, dropped>(std::make_index_sequence<total - dropped>{})){};
    }
};

template <>
struct is_empty_impl<espalier::network_tag> {
    template <class Net>
    static constexpr auto apply(const Net&) {
        constexpr bool no_layers = espalier::layer_count<Net> == 0;
        return hana::bool_c<no_layers>;
    }
};

template <>
struct length_impl<espalier::network_tag> {
    template <class Net>
    static constexpr auto apply(const Net&) {
        return hana::size_c<espalier::layer_count<Net>>;
    }
};

template <>
struct equal_impl<espalier::network_tag, espalier::network_tag> {
    template <class First, class Second>
    static constexpr auto apply(const First&, const Second&) {
        return hana::bool_c<std::same_as<espalier::flat_network<First>, espalier::flat_network<Second>>>;
    }
};

}  // namespace boost::hana
