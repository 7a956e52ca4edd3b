// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <espalier/layer/activations.hpp>
#include <espalier/layer/dropout.hpp>

#include "evaluated.hpp"

namespace {

namespace layer = espalier::layer;
using espalier::expression::chain;
using espalier::expression::parameter;
using espalier::expression::variable;

constexpr variable z{};

using nothing = chain<>;
static_assert(nothing::is_identity && nothing::is_inference_identity && !nothing::depends_on_z);
static_assert(chain<layer::identity, layer::identity>::is_identity);
static_assert(!chain<layer::relu>::is_identity && !chain<layer::relu>::is_random);

using dropped = chain<layer::relu, layer::dropout<0.25>>;
static_assert(dropped::is_random && dropped::drop_probabilities == std::array{0.0, 0.25});
static_assert(!dropped::backward_reads_z && dropped::backward_reads_a && dropped::depends_on_z);

using only_dropout = chain<layer::dropout<0.25>>;
static_assert(!only_dropout::is_identity && only_dropout::is_inference_identity);
static_assert(!only_dropout::depends_on_z && !only_dropout::backward_reads_a && !only_dropout::backward_reads_z);

// Whatever its neighbours, a function of z that is no function of a reads z.
static_assert(chain<layer::silu, layer::dropout<0.5>>::backward_reads_z);
static_assert(chain<layer::relu, layer::relu>::backward_reads_a && !chain<layer::relu, layer::relu>::backward_reads_z);

// Two learned slopes are two parameters.
using slopes = chain<layer::prelu<>, layer::prelu<>>;
static_assert(slopes::parameters == 2 && slopes::backward.result_count == 3);

}  // namespace

TEST_CASE("layers compose in their order") {
    using tanh_of_square = chain<evaluated::function<z * z>, layer::tanh>;
    using square_of_tanh = chain<layer::tanh, evaluated::function<z * z>>;
    CHECK(std::abs(evaluated::values<tanh_of_square, double>(0.7).f - std::tanh(0.49)) < 1e-15);
    CHECK(std::abs(evaluated::values<square_of_tanh, double>(0.7).f - std::pow(std::tanh(0.7), 2)) < 1e-15);
}

TEST_CASE("parameters are numbered through the chain, and each has its own derivative") {
    constexpr parameter<0> p{};
    constexpr parameter<1> q{};
    // (p z + q) r
    using line = chain<evaluated::function<p * z + q>, evaluated::function<p * z>>;
    const evaluated::values<line, double> at(3, {2, 5, 7});
    CHECK(at.f == 77);
    CHECK(at.derivatives == std::array{14.0, 21.0, 7.0, 11.0});
}

TEST_CASE("dropout scales what it keeps, zeroes the rest, and leaves inference alone") {
    CHECK(evaluated::values<dropped, double>(3, {}, true).f == 4);
    CHECK(evaluated::values<dropped, double>(3, {}, false).f == 0);
    CHECK(evaluated::values<dropped, double>(3, {}, true).derivatives[0] == 4.0 / 3);
    CHECK(evaluated::values<dropped, double>(3, {}, false).derivatives[0] == 0);
    CHECK(evaluated::values<dropped, double>(-3, {}, true).derivatives[0] == 0);
    CHECK(dropped::inference.size < dropped::forward.size);
}

TEST_CASE("the branch not taken may overflow") {
    // e^z above 709 is infinite.
    using espalier::expression::exp;
    using capped = chain<evaluated::function<select(z > 1, z, exp(z) - 1)>>;
    CHECK(evaluated::values<capped, double>(1000).derivatives[0] == 1);
    CHECK(evaluated::values<chain<layer::elu<>>, float>(1000).derivatives[0] == 1);
    CHECK(evaluated::values<chain<layer::selu>, float>(1000).f == doctest::Approx(1050.70098736));
}
