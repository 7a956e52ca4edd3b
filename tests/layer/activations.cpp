// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <espalier/io/npy.hpp>
#include <espalier/layer/activations.hpp>
#include <espalier/topology/dsl.hpp>
#include <limits>
#include <string>

#include "../expression/evaluated.hpp"
#include "../folders.hpp"

namespace {

namespace ep = espalier;
namespace layer = espalier::layer;
using espalier::expression::chain;

// What the derivative of each is computed from, as stated in DESIGN: a where f′ can be told from it.
template <class... Layers>
inline constexpr bool reads_only_a =
    chain<Layers...>::backward_reads_a && !chain<Layers...>::backward_reads_z && chain<Layers...>::depends_on_z;
template <class... Layers>
inline constexpr bool reads_z = chain<Layers...>::backward_reads_z && chain<Layers...>::depends_on_z;

static_assert(!chain<layer::identity>::depends_on_z);
static_assert(!chain<layer::identity>::backward_reads_z && !chain<layer::identity>::backward_reads_a);
static_assert(reads_only_a<layer::relu>);
static_assert(reads_only_a<layer::leaky_relu<0.01>> && reads_only_a<layer::leaky_relu<0.2>>);
static_assert(reads_only_a<layer::elu<1.0>> && reads_only_a<layer::elu<0.5>> && reads_only_a<layer::selu>);
static_assert(reads_only_a<layer::sigmoid> && reads_only_a<layer::tanh> && reads_only_a<layer::softplus>);
static_assert(reads_only_a<layer::hard_sigmoid>);
static_assert(reads_z<layer::silu> && reads_z<layer::gelu> && reads_z<layer::gelu_tanh> && reads_z<layer::mish>);
static_assert(reads_z<layer::hard_swish> && reads_z<layer::prelu<>>);
static_assert(!chain<layer::silu>::backward_reads_a && !chain<layer::hard_swish>::backward_reads_a);

// A negative slope folds f over: a no longer tells z.
static_assert(reads_z<layer::leaky_relu<-0.1>> && reads_z<layer::elu<-1.0>>);

static_assert(reads_only_a<layer::relu, layer::dropout<0.3>> && reads_only_a<layer::tanh, layer::dropout<0.3>>);
static_assert(reads_only_a<layer::leaky_relu<>, layer::dropout<0.5>>);
static_assert(reads_only_a<layer::dropout<0.5>, layer::relu>);

// A user's own form of a known activation is derived alike.
constexpr auto own_leaky = ep::activation([](auto z) { return select(z > 0, z, 0.01 * z); });
constexpr auto own_tanh = ep::activation([](auto z) { return 2 * sigmoid(2 * z) - 1; });
constexpr auto own_mish = ep::activation([](auto z) { return z * tanh(softplus(z)); });
constexpr auto own_slope = ep::activation([](auto z, auto p) { return select(z > 0, z, p * z); }, ep::learned<0.25>);
static_assert(reads_only_a<decltype(own_leaky)> && reads_z<decltype(own_mish)> && reads_z<decltype(own_slope)>);
// But near −1, a has lost the digits of the sigmoid.
static_assert(reads_z<decltype(own_tanh)>);

template <class Scalar>
double relative_difference(double found, double expected) {
    const double difference = std::abs(found - expected);
    if (difference == 0) return 0;
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference / std::abs(expected);
}
double difference(double found, double expected) {
    const double absolute = std::abs(found - expected);
    return std::isnan(absolute) ? std::numeric_limits<double>::infinity()
                                : absolute / std::max(1.0, std::abs(expected));
}

const auto& reference() {
    static const auto values = ep::io::load_npy<double, 3>(in_tests("reference/activations.npy"));
    return values;
}

/// f and f′ in both precisions; in double also relative to f itself, which tails do not escape, but where PyTorch
/// cancels: both forms of gelu below −3 (tests/reference/README.md).
template <class Layer>
void check(std::size_t number, bool cancels = false) {
    using f = chain<Layer>;
    double in_double = 0, in_float = 0, relative = 0;
    for (std::size_t i = 0; i < reference().shape()[2]; ++i) {
        const double z = reference()(number, 0, i), a = reference()(number, 1, i), slope = reference()(number, 2, i);
        const evaluated::values<f, double> wide(z);
        const evaluated::values<f, float> narrow(z);
        in_double = std::max({in_double, difference(wide.f, a), difference(wide.derivatives[0], slope)});
        in_float = std::max({in_float, difference(narrow.f, a), difference(narrow.derivatives[0], slope)});
        if (!cancels || z > -3) relative = std::max(relative, relative_difference<double>(wide.f, a));
        if (std::abs(z) < 3) relative = std::max(relative, relative_difference<double>(wide.derivatives[0], slope));
    }
    CHECK(in_double < 1e-12);
    CHECK(relative < 1e-12);
    CHECK(in_float < 1e-5);
}

}  // namespace

TEST_CASE("every activation and its derivative are PyTorch's") {
    REQUIRE(reference().shape()[0] == 16);
    SUBCASE("identity") { check<layer::identity>(0); }
    SUBCASE("relu") { check<layer::relu>(1); }
    SUBCASE("leaky_relu 0.01") { check<layer::leaky_relu<0.01>>(2); }
    SUBCASE("elu 1") { check<layer::elu<1.0>>(3); }
    SUBCASE("selu") { check<layer::selu>(4); }
    SUBCASE("sigmoid") { check<layer::sigmoid>(5); }
    SUBCASE("tanh") { check<layer::tanh>(6); }
    SUBCASE("softplus") { check<layer::softplus>(7); }
    SUBCASE("silu") { check<layer::silu>(8); }
    SUBCASE("gelu") { check<layer::gelu>(9, true); }
    SUBCASE("gelu_tanh") { check<layer::gelu_tanh>(10, true); }
    SUBCASE("mish") { check<layer::mish>(11); }
    SUBCASE("hard_sigmoid") { check<layer::hard_sigmoid>(12); }
    SUBCASE("hard_swish") { check<layer::hard_swish>(13); }
    SUBCASE("leaky_relu 0.2") { check<layer::leaky_relu<0.2>>(14); }
    SUBCASE("elu 0.5") { check<layer::elu<0.5>>(15); }
}

TEST_CASE("a user's own forms of them too") {
    SUBCASE("leaky") { check<std::remove_const_t<decltype(own_leaky)>>(2); }
    SUBCASE("mish") { check<std::remove_const_t<decltype(own_mish)>>(11); }
}

TEST_CASE_TEMPLATE("a learned slope: f and both derivatives are PyTorch's", Layer, layer::prelu<0.25>,
                   std::remove_const_t<decltype(own_slope)>) {
    const auto expected = ep::io::load_npy<double, 2>(in_tests("reference/prelu.npy"));
    double in_double = 0, in_float = 0;
    for (std::size_t i = 0; i < expected.shape()[1]; ++i) {
        const auto largest = [&]<class Scalar>(const evaluated::values<chain<Layer>, Scalar>& found) {
            return std::max({difference(found.f, expected(1, i)), difference(found.derivatives[0], expected(2, i)),
                             difference(found.derivatives[1], expected(3, i))});
        };
        in_double = std::max(in_double, largest(evaluated::values<chain<Layer>, double>(expected(0, i), {0.25})));
        in_float = std::max(in_float, largest(evaluated::values<chain<Layer>, float>(expected(0, i), {0.25})));
    }
    CHECK(in_double < 1e-12);
    CHECK(in_float < 1e-5);
}

TEST_CASE("a NaN that arrives is not hidden") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(std::isnan(evaluated::values<chain<layer::relu>, double>(nan).f));
    CHECK(std::isnan(evaluated::values<chain<layer::leaky_relu<>>, double>(nan).f));
    CHECK(std::isnan(evaluated::values<chain<layer::hard_sigmoid>, double>(nan).f));
    CHECK(std::isnan(evaluated::values<chain<layer::hard_swish>, float>(nan).f));
    CHECK(std::isnan(evaluated::values<chain<layer::sigmoid>, float>(nan).f));
    CHECK(std::isnan(evaluated::values<chain<layer::mish>, float>(nan).f));
}

TEST_CASE("in the far tails nothing overflows") {
    const auto check_tails = []<class Layer>(Layer) {
        for (const double z : {-1e30, -1e4, 1e4, 1e30}) {
            const evaluated::values<chain<Layer>, float> found(z);
            CHECK(std::isfinite(found.f));
            CHECK(std::isfinite(found.derivatives[0]));
        }
    };
    check_tails(layer::elu<>{});
    check_tails(layer::selu{});
    check_tails(layer::sigmoid{});
    check_tails(layer::tanh{});
    check_tails(layer::softplus{});
    check_tails(layer::hard_sigmoid{});
}

TEST_CASE("in the tails where a gate closes, derivatives are finite up to large values") {
    const auto check_tails = []<class Layer>(Layer) {
        for (const double z : {-1e4, -200.0, 200.0, 1e4}) {
            const evaluated::values<chain<Layer>, float> found(z);
            CHECK(std::abs(found.derivatives[0] - (z > 0 ? 1 : 0)) < 1e-6);
            CHECK(std::abs(found.f - std::max(z, 0.0)) < 1e-6 * std::max(z, 1.0));
        }
    };
    check_tails(layer::silu{});
    check_tails(layer::gelu{});
    check_tails(layer::gelu_tanh{});
    check_tails(layer::mish{});
    check_tails(layer::hard_swish{});
}
