// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/layer/dense.hpp>
#include <type_traits>

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using ep::shape;

using plain = layer::dense<5>;
using bare = layer::dense<5, ep::no_bias>;

static_assert(layer::BatchLayer<plain> && !layer::SampleLayer<plain> && std::is_empty_v<plain>);
static_assert(plain::output(shape<7>{}) == shape<5>{});
static_assert(plain::check(shape<7>{}) == layer::mismatch::none);
static_assert(plain::check(shape<7, 1>{}) == layer::mismatch::needs_flat);

// ∇W reads the input and ∇x the weights; nothing reads the output.
static_assert(plain::parameter_gradient_reads.input && !plain::parameter_gradient_reads.output);
static_assert(plain::input_gradient_reads.parameters && !plain::input_gradient_reads.input);
static_assert(!plain::input_gradient_reads.output);

static_assert(plain::flops(shape<7>{}) == 70);

}  // namespace

TEST_CASE("weights are [outputs][inputs], biases start at zero") {
    constexpr auto list = plain::parameters(shape<7>{});
    REQUIRE(list.size() == 2);
    CHECK(list[0].shape == shape<5, 7>{});
    CHECK(list[0].fan_in == 7);
    CHECK(list[0].fan_out == 5);
    CHECK(list[0].start == ep::initializers::automatic);
    CHECK(list[1].shape == shape<5>{});
    CHECK(list[1].start == ep::initializers::zeros);
}

TEST_CASE("options come in any order") {
    using one = layer::dense<5, ep::no_bias, ep::initializers::orthogonal>;
    using other = layer::dense<5, ep::initializers::orthogonal, ep::no_bias>;
    CHECK(bare::parameters(shape<7>{}).size() == 1);
    CHECK(one::parameters(shape<7>{}).size() == 1);
    CHECK(other::parameters(shape<7>{}).size() == 1);
    CHECK(one::parameters(shape<7>{})[0].start == ep::initializers::orthogonal);
    CHECK(other::parameters(shape<7>{})[0].start == ep::initializers::orthogonal);
    CHECK(layer::dense<5, ep::initializers::ones>::parameters(shape<7>{}).size() == 2);
}
