// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/plan/symbols.hpp>

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

}  // namespace

TEST_CASE("a set can be walked") {
    std::size_t layers = 0;
    for (const ep::symbol& each : ep::reads{W<2>, delta<3>, z<4>}) layers += each.layer;
    CHECK(layers == 9);
}
