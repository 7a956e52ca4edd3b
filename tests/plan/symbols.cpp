// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <type_traits>

#include <espalier/plan/symbols.hpp>
#include <ranges>

namespace ep = espalier;
using namespace ep::symbols;

namespace {

static_assert(W<1> == ep::symbol{ep::symbol::quantity::weights, 1} && W<1> != W<2> && W<1> != b<1> &&
              W<1> != W_gradient<1>);
static_assert(a<0> != z<0> && delta<2> == delta<2> && y == ep::symbol{ep::symbol::quantity::target, 0});

// Sets: neither order nor repetition counts.
static_assert(ep::reads{W<2>, delta<2>} == ep::reads{delta<2>, W<2>});
static_assert(ep::reads{W<2>, W<2>, delta<2>, W<2>} == ep::reads{W<2>, delta<2>});
static_assert(ep::reads{W<2>, delta<2>} != ep::reads{W<2>});
static_assert(ep::reads{W<2>} != ep::reads{W<2>, delta<2>});
static_assert(ep::reads{W<2>, z<1>} != ep::reads{W<2>, z<2>});
static_assert(ep::reads{} == ep::reads{} && ep::reads{}.size() == 0 && ep::reads{y} != ep::reads{});
static_assert(ep::tensors{a<1>, z<1>, a<1>}.size() == 2);
static_assert(ep::tensors{a<1>, z<1>}.contains(z<1>) && !ep::tensors{a<1>, z<1>}.contains(z<2>));

static_assert([] {
    ep::symbol_set set;
    set.insert(a<1>);
    set.insert(z<3>);
    set.insert(a<1>);
    return set == ep::tensors{z<3>, a<1>};
}());

static_assert(std::ranges::forward_range<ep::symbol_set>);

// Of deep networks too; the order of a walk is that of the quantities, then of the layers.
static_assert([] {
    ep::symbol_set set;
    for (std::size_t l = ep::symbol_set::layers; l-- > 0;) set.insert({ep::symbol::quantity::activation, l});
    set.insert(W<63>);
    set.insert(W<64>);
    bool right = set.size() == ep::symbol_set::layers + 2 && *set.begin() == W<63>;
    std::size_t next = 0;
    for (const ep::symbol& each : set)
        if (each.of == ep::symbol::quantity::activation) right = right && each.layer == next++;
    return right && next == ep::symbol_set::layers && !set.contains(a<ep::symbol_set::layers>);
}());

}  // namespace

TEST_CASE("a set can be walked") {
    std::size_t layers = 0;
    for (const ep::symbol& each : ep::reads{W<2>, delta<3>, z<4>}) layers += each.layer;
    CHECK(layers == 9);
}

/// A set with the activation of that layer.
template <std::size_t Layer>
constexpr auto inserted = [] { return ep::symbol_set{a<Layer>}.size() == 1; };
template <auto Function>
concept Constant = requires { typename std::bool_constant<Function()>; };
static_assert(Constant<inserted<ep::symbol_set::layers - 1>>);
static_assert(!Constant<inserted<ep::symbol_set::layers>>, "a layer too far is refused");
