// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/layer/frozen.hpp>
#include <espalier/layer/input.hpp>
#include <espalier/layer/reshape.hpp>
#include <type_traits>

namespace {

namespace layer = espalier::layer;
using espalier::extents;
using espalier::shape;

static_assert(layer::ViewLayer<layer::flatten> && layer::ViewLayer<layer::reshape<2, 3>>);
static_assert(layer::InputLayer<layer::input<3>> && !layer::InputLayer<layer::flatten>);
static_assert(layer::Frozen<layer::frozen<layer::flatten>> && !layer::Frozen<layer::flatten>);

}  // namespace

TEST_CASE("flatten and reshape keep the number of elements, or say so") {
    CHECK(layer::flatten::output(shape<2, 3, 4>{}) == shape<24>{});
    CHECK(layer::flatten::output(shape<5>{}) == shape<5>{});
    CHECK(layer::reshape<4, 6>::output(shape<2, 3, 4>{}) == shape<4, 6>{});
    CHECK(layer::reshape<4, 6>::check(shape<2, 3, 4>{}) == layer::mismatch::none);
    CHECK(layer::reshape<4, 5>::check(shape<2, 3, 4>{}) == layer::mismatch::size_differs);
}

TEST_CASE("an input states its shape, and inside a network refuses another") {
    CHECK(layer::input<2, 3>::output(extents{}) == shape<2, 3>{});
    CHECK(layer::input<2, 3>::check(extents{}) == layer::mismatch::none);
    CHECK(layer::input<2, 3>::check(shape<2, 3>{}) == layer::mismatch::none);
    CHECK(layer::input<2, 3>::check(shape<6>{}) == layer::mismatch::unexpected_input);
    CHECK(layer::input<2, 0>::check(extents{}) == layer::mismatch::empty);
}
