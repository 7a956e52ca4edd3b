// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/expression/functions.hpp>
#include <espalier/layer/activation.hpp>
#include <type_traits>

namespace {

namespace layer = espalier::layer;
namespace expression = espalier::expression;

constexpr expression::variable z{};

using plain = layer::activation<z * tanh(z)>;
static_assert(layer::ElementwiseLayer<plain> && !layer::OperationLayer<plain> && !layer::ViewLayer<plain>);
static_assert(std::is_empty_v<plain>);
static_assert(plain::output(espalier::shape<3, 4>{}) == espalier::shape<3, 4>{});
static_assert(plain::parameters(espalier::shape<3>{}).empty());

// The type holds the expression, so two lambdas that say the same are the same activation.
static_assert(std::is_same_v<plain, layer::activation<z * tanh(z)>>);
static_assert(!std::is_same_v<plain, layer::activation<tanh(z) * z>>);

using learned = layer::activation<expression::parameter<0>{} * z + expression::parameter<1>{}, 0.5, -2.0>;

}  // namespace

TEST_CASE("a learned parameter is one scalar with its start, whatever the shape") {
    constexpr auto list = learned::parameters(espalier::shape<3, 4>{});
    REQUIRE(list.size() == 2);
    for (const auto& each : list) CHECK(each.shape == espalier::shape<1>{});
    CHECK(list[0].start == espalier::initializers::constant(0.5));
    CHECK(list[1].start == espalier::initializers::constant(-2.0));
}
