// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/core/initializer.hpp>
#include <type_traits>

namespace ep = espalier;
namespace initializers = ep::initializers;

namespace {

template <ep::initializer Rule>
struct layer_that_starts {
    static constexpr ep::initializer rule = Rule;
};

// A structural value: equal rules make equal types.
static_assert(std::is_same_v<layer_that_starts<initializers::zeros>, layer_that_starts<initializers::constant(0)>>);
static_assert(!std::is_same_v<layer_that_starts<initializers::ones>, layer_that_starts<initializers::constant(0.25)>>);

static_assert(initializers::ones == initializers::constant(1));
static_assert(initializers::constant(0.25).value == 0.25);
static_assert(initializers::orthogonal.value == 1 && initializers::he_normal.value == 1);
static_assert(initializers::orthogonal(1.5).value == 1.5);
static_assert(initializers::orthogonal(1.5).kind == ep::initializer::rule::orthogonal);
static_assert(initializers::he_normal != initializers::he_uniform);
static_assert(initializers::glorot_normal != initializers::glorot_uniform);
static_assert(initializers::lecun_normal != initializers::lecun_uniform);

static_assert(ep::initializer{} == initializers::automatic);
static_assert(initializers::automatic.or_else(initializers::he_normal) == initializers::he_normal);
static_assert(initializers::zeros.or_else(initializers::he_normal) == initializers::zeros);

}  // namespace

TEST_CASE("a layer's type holds its initializer") {
    CHECK(layer_that_starts<initializers::constant(0.25)>::rule ==
          ep::initializer{ep::initializer::rule::constant, 0.25});
}
