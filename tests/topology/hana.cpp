// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <boost/hana.hpp>

#include <espalier/topology/dsl.hpp>
#include <espalier/topology/hana.hpp>

#include <string>
#include <type_traits>

namespace ep = espalier;
namespace layer = espalier::layer;
namespace hana = boost::hana;

namespace {

constexpr auto digits = ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>;
using Digits = ep::network_t<digits>;
using Nested =
    ep::network<layer::input<64>, ep::network<layer::dense<128>, ep::network<layer::relu>>, layer::dense<10>>;

template <class Expected>
constexpr bool is(auto found) {
    return std::is_same_v<decltype(found), Expected>;
}

constexpr auto is_dense = [](auto element) {
    constexpr bool dense = decltype(element)::type::kind == "dense";
    return hana::bool_c<dense>;
};

// The model and its minimal functions.
static_assert(std::is_same_v<hana::tag_of_t<Digits>, ep::network_tag>);
static_assert(hana::Sequence<Digits>::value && hana::Iterable<Digits>::value && hana::Foldable<Digits>::value);
static_assert(hana::Functor<Digits>::value && hana::MonadPlus<Digits>::value && hana::Searchable<Digits>::value);
static_assert(hana::Comparable<Digits>::value && hana::Sequence<Nested>::value);
static_assert(hana::length(digits) == hana::size_c<4>);
static_assert(hana::size(Nested{}) == hana::size_c<4>);
static_assert(!hana::is_empty(digits) && hana::is_empty(ep::network<>{}));
static_assert(hana::at_c<0>(digits) == hana::type_c<layer::input<64>>);
static_assert(hana::at(digits, hana::int_c<3>) == hana::type_c<layer::dense<10>>);
static_assert(hana::front(digits) == hana::type_c<layer::input<64>>);
static_assert(hana::back(digits) == hana::type_c<layer::dense<10>>);
static_assert(hana::at_c<2>(Nested{}) == hana::type_c<layer::relu>);
static_assert(is<ep::network<layer::relu, layer::dense<10>>>(hana::drop_front(digits, hana::size_c<2>)));
static_assert(is<ep::network<>>(hana::drop_front(digits, hana::size_c<9>)));
static_assert(is<Digits>(hana::make<ep::network_tag>(hana::type_c<layer::input<64>>, hana::type_c<layer::dense<128>>,
                                                     hana::type_c<layer::relu>, hana::type_c<layer::dense<10>>)));
static_assert(is<ep::network<>>(hana::make<ep::network_tag>()));

// What gives sequences gives networks.
static_assert(is<ep::network<layer::dense<128>, layer::dense<10>>>(hana::filter(digits, is_dense)));
static_assert(is<ep::network<layer::input<64>, layer::relu>>(hana::remove_if(digits, is_dense)));
static_assert(is<ep::network<layer::input<64>, layer::dense<128>>>(hana::take_front_c<2>(digits)));
static_assert(is<ep::network<layer::input<64>, layer::dense<128>>>(hana::drop_back(digits, hana::size_c<2>)));
static_assert(is<ep::network<layer::dense<128>, layer::relu>>(hana::slice_c<1, 3>(Digits{})));
static_assert(is<ep::network<layer::input<64>, layer::dense<128>, layer::relu, layer::dense<10>, layer::tanh>>(
    hana::append(digits, hana::type_c<layer::tanh>)));
static_assert(is<Digits>(hana::concat(hana::take_front_c<1>(digits), hana::drop_front(digits, hana::size_c<1>))));
static_assert(is<Digits>(hana::reverse(hana::reverse(digits))));
static_assert(is<Digits>(hana::concat(ep::network<layer::input<64>>{}, ep::dense<128> >> ep::relu >> ep::dense<10>)));
static_assert(is<ep::network<layer::input<64>, layer::dense<128>, layer::tanh, layer::dense<10>>>(
    hana::replace(digits, hana::type_c<layer::relu>, hana::type_c<layer::tanh>)));
static_assert(
    is<ep::network<layer::frozen<layer::input<64>>, layer::frozen<layer::dense<128>>, layer::frozen<layer::relu>,
                   layer::frozen<layer::dense<10>>>>(hana::transform(digits, hana::template_<layer::frozen>)));
static_assert(is<ep::network<layer::input<64>, layer::dense<128>>>(hana::take_while(digits, [](auto element) {
    return element != hana::type_c<layer::relu>;
})));
static_assert(is<ep::network<layer::relu, layer::input<64>>>(hana::make<ep::network_tag>(hana::at_c<2>(digits),
                                                                                         hana::at_c<0>(digits))));

// What does not, folds and finds.
static_assert(hana::contains(digits, hana::type_c<layer::relu>));
static_assert(!hana::contains(digits, hana::type_c<layer::tanh>));
static_assert(hana::find(digits, hana::type_c<layer::relu>) == hana::just(hana::type_c<layer::relu>));
static_assert(hana::count_if(digits, is_dense) == hana::size_c<2>);
static_assert(hana::any_of(digits, is_dense) && !hana::all_of(digits, is_dense));
static_assert(hana::index_if(digits, is_dense) == hana::just(hana::size_c<1>));
static_assert(hana::fold_left(digits, std::size_t{0}, [](std::size_t sum, auto element) {
                  return sum + decltype(element)::type::output(ep::shape<64>{}).size();
              }) == 64 + 128 + 64 + 10);
static_assert(hana::unpack(digits, [](auto... elements) { return sizeof...(elements); }) == 4);
static_assert(hana::unpack(digits, hana::template_<ep::network>) == hana::type_c<Digits>);

// Equal as sequences of layers, whatever the nesting.
static_assert(hana::equal(digits, Nested{}));

// Branches are sequences too: with the elements that shape them.
constexpr auto branched = ep::input<4> >> ep::residual(ep::dense<4> >> ep::relu) >> ep::dense<2>;
using Branched = ep::network_t<branched>;
static_assert(hana::unpack(branched, hana::template_<ep::network>) == hana::type_c<Branched>);
static_assert(is<Branched>(hana::reverse(hana::reverse(branched))) && hana::length(branched) == hana::size_c<7>);
static_assert(hana::count_if(branched, is_dense) == hana::size_c<2>);
static_assert(hana::at_c<1>(branched) == hana::type_c<layer::fork>);
static_assert(is<ep::network_t<ep::frozen(branched)>>(hana::transform(branched, [](auto element) {
    return hana::type_c<decltype(ep::frozen(typename decltype(element)::type{}))>;
})));
static_assert(hana::not_equal(digits, hana::drop_back(digits)));
static_assert(hana::equal(digits, hana::to_tuple(digits)));
static_assert(is<Digits>(hana::to<ep::network_tag>(hana::to_tuple(digits))));
static_assert(hana::equal(hana::concat(hana::take_front_c<2>(Nested{}), hana::drop_front(digits, hana::size_c<2>)),
                          digits));

/// The laws that Hana's own models obey.
template <class Net>
constexpr bool obeys_the_laws(Net net) {
    const auto same = [](auto element) { return element; };
    static_assert(hana::equal(hana::transform(net, same), net), "Functor: identity");
    static_assert(hana::equal(hana::concat(net, hana::empty<ep::network_tag>()), net), "MonadPlus: right identity");
    static_assert(hana::equal(hana::concat(hana::empty<ep::network_tag>(), net), net), "MonadPlus: left identity");
    static_assert(hana::equal(hana::unpack(net, hana::make<ep::network_tag>), net), "Sequence: unpack then make");
    static_assert(hana::length(hana::concat(net, net)) == hana::size_c<2 * ep::layer_count<Net>>);
    static_assert(hana::equal(hana::to_tuple(hana::reverse(net)), hana::reverse(hana::to_tuple(net))));
    return true;
}
static_assert(obeys_the_laws(digits));
static_assert(obeys_the_laws(Nested{}));
static_assert(obeys_the_laws(ep::network<>{}));
static_assert(obeys_the_laws(ep::input<3> >> ep::repeat<8>(ep::dense<32> >> ep::tanh)));

}  // namespace

TEST_CASE("hana::for_each visits the layers in order") {
    std::string kinds;
    hana::for_each(digits, [&](auto element) {
        kinds += decltype(element)::type::kind;
        kinds += ' ';
    });
    CHECK(kinds == "input dense relu dense ");
}

TEST_CASE("hana::fold_right and hana::accumulate-like folds see every layer once") {
    const std::string names = hana::fold_right(Nested{}, std::string{}, [](auto element, std::string after) {
        return std::string(decltype(element)::type::kind) + "," + after;
    });
    CHECK(names == "input,dense,relu,dense,");
}
