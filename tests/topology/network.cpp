// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/topology/dsl.hpp>
#include <espalier/topology/network.hpp>

#include <type_traits>

namespace ep = espalier;
namespace layer = espalier::layer;

namespace {

template <class Expected>
constexpr bool is(auto found) {
    return std::is_same_v<decltype(found), Expected>;
}

using Digits = ep::network<layer::input<64>, layer::dense<128>, layer::relu, layer::dense<10>>;

// A network is a type without state.
static_assert(std::is_empty_v<Digits> && Digits::length == 4 && ep::layer_count<Digits> == 4);
static_assert(ep::Network<Digits> && ep::Network<const Digits&> && ep::Network<ep::network<>>);
static_assert(!ep::Network<layer::relu> && !ep::Network<int>);
static_assert(ep::Part<Digits> && ep::Part<layer::relu> && ep::Part<const layer::relu&> && !ep::Part<int>);

// Expression and type are the same network, however the expression is bracketed.
constexpr auto digits = ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
static_assert(std::is_same_v<ep::network_t<digits>, Digits>);
static_assert(is<Digits>(ep::input<64> >> (ep::dense<128> >> (ep::relu >> ep::dense<10>))));
static_assert(is<Digits>((ep::input<64> >> ep::dense<128>) >> (ep::relu >> ep::dense<10>)));
static_assert(is<Digits>(layer::input<64>{} >> layer::dense<128>{} >> layer::relu{} >> layer::dense<10>{}));
static_assert(is<Digits>(ep::network<>{} >> ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>));

// A network as a layer, by >> and as a type argument, to any depth.
constexpr auto hidden = ep::dense<128> >> ep::relu;
using Hidden = ep::network_t<hidden>;
static_assert(is<Digits>(ep::input<64> >> hidden >> ep::dense<10>));
static_assert(std::is_same_v<ep::flat_network<ep::network<layer::input<64>, Hidden, layer::dense<10>>>, Digits>);
static_assert(
    std::is_same_v<ep::flat_network<ep::network<ep::network<layer::input<64>>, ep::network<ep::network<Hidden>>,
                                                ep::network<>, ep::network<layer::dense<10>>>>,
                   Digits>);
static_assert(is<Digits>(ep::network<layer::input<64>, Hidden>{} >> ep::dense<10>));
static_assert(is<Digits>(ep::input<64> >> ep::network<ep::network<Hidden>>{} >> ep::dense<10>));
static_assert(std::is_same_v<ep::flat_network<Digits>, Digits>);
static_assert(std::is_same_v<ep::flat_network<const Digits&>, Digits>);
static_assert(ep::layer_count<ep::network<layer::input<64>, Hidden, Hidden>> == 5);
static_assert(ep::layer_count<ep::network<>> == 0);

// Layers by position in the flat list.
using Nested = ep::network<layer::input<64>, Hidden, layer::dense<10>>;
static_assert(std::is_same_v<ep::layer_at<Digits, 0>, layer::input<64>>);
static_assert(std::is_same_v<ep::layer_at<Digits, 3>, layer::dense<10>>);
static_assert(std::is_same_v<ep::layer_at<Nested, 2>, layer::relu>);
static_assert(std::is_same_v<ep::layer_at<Nested, 3>, layer::dense<10>>);

// repeat
static_assert(
    is<ep::network<layer::dense<32>, layer::tanh, layer::dense<32>, layer::tanh, layer::dense<32>, layer::tanh>>(
        ep::repeat<3>(ep::dense<32> >> ep::tanh)));
static_assert(is<ep::network<layer::relu, layer::relu>>(ep::repeat<2>(ep::relu)));
static_assert(is<ep::network_t<hidden>>(ep::repeat<1>(hidden)));
static_assert(
    is<ep::network<layer::relu, layer::relu, layer::relu, layer::relu>>(ep::repeat<2>(ep::repeat<2>(ep::relu))));
static_assert(is<ep::network<layer::dense<128>, layer::relu, layer::dense<128>, layer::relu>>(
    ep::repeat<2>(ep::network<ep::network<layer::dense<128>>, layer::relu>{})));

static_assert(ep::layer_count<ep::network_t<ep::repeat<300>(hidden)>> == 600, "longer than a fold may be");
static_assert(std::is_same_v<ep::layer_at<ep::network_t<ep::repeat<300>(hidden)>, 599>, layer::relu>);

// frozen
static_assert(is<layer::frozen<layer::dense<64>>>(ep::frozen(ep::dense<64>)));
static_assert(is<ep::network<layer::frozen<layer::dense<128>>, layer::frozen<layer::relu>>>(ep::frozen(hidden)));
static_assert(is<ep::network<layer::frozen<layer::dense<128>>, layer::frozen<layer::relu>>>(
    ep::frozen(ep::network<ep::network<layer::dense<128>>, layer::relu>{})));
static_assert(is<ep::network<layer::frozen<layer::dense<128>>, layer::frozen<layer::relu>, layer::dense<10>>>(
    ep::frozen(hidden) >> ep::dense<10>));
static_assert(is<ep::network<layer::input<64>, layer::frozen<layer::dense<128>>, layer::frozen<layer::relu>>>(
    ep::frozen(ep::input<64> >> hidden)));
static_assert(is<layer::input<64>>(ep::frozen(ep::input<64>)));
static_assert(layer::Frozen<layer::frozen<layer::relu>> && !layer::Frozen<layer::relu>);
static_assert(layer::ElementwiseLayer<layer::frozen<layer::relu>> && layer::BatchLayer<layer::frozen<layer::dense<3>>>);

// Every kind of layer is of exactly one kind.
static_assert(layer::ViewLayer<layer::flatten> && layer::ViewLayer<layer::reshape<2>> &&
              layer::InputLayer<layer::input<2>>);
static_assert(!layer::InputLayer<layer::flatten> && !layer::ViewLayer<layer::dense<2>> &&
              !layer::ViewLayer<layer::relu>);
static_assert(layer::OperationLayer<layer::dense<2>> && !layer::OperationLayer<layer::relu>);
static_assert(layer::ElementwiseLayer<layer::dropout<0.5>> && !layer::ElementwiseLayer<layer::dense<2>>);

// Something else than layers and networks is no operand of >>. Behind one, it stands in the list until network_t says
// so.
template <class First, class Second>
concept Composable = requires(First first, Second second) { first >> second; };
static_assert(Composable<layer::relu, layer::relu> && Composable<Digits, Hidden> && Composable<Digits, layer::relu>);
static_assert(!Composable<int, layer::relu> && !Composable<int, Digits>);
static_assert(is<ep::network<layer::relu, layer::no_layer<int>>>(ep::relu >> 3));

}  // namespace

TEST_CASE("a network costs nothing at run time") {
    CHECK(sizeof(digits) == 1);
    CHECK(std::is_trivially_copyable_v<Digits>);
}
