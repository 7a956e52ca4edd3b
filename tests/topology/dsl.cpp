// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <espalier/expression/chain.hpp>
#include <espalier/topology/dsl.hpp>

#include <type_traits>

namespace ep = espalier;
namespace layer = espalier::layer;

namespace {

template <class Expected>
constexpr bool is(auto found) {
    return std::is_same_v<decltype(found), Expected>;
}

// Each word is an object of the layer's type.
static_assert(is<layer::input<1, 28, 28>>(ep::input<1, 28, 28>));
static_assert(is<layer::dense<128>>(ep::dense<128>));
static_assert(is<layer::dense<128, ep::no_bias>>(ep::dense<128, ep::no_bias>));
static_assert(is<layer::flatten>(ep::flatten));
static_assert(is<layer::reshape<2, 3>>(ep::reshape<2, 3>));
static_assert(is<layer::dropout<0.5>>(ep::dropout<0.5>));
static_assert(is<layer::identity>(ep::identity));
static_assert(is<layer::relu>(ep::relu));
static_assert(is<layer::leaky_relu<0.01>>(ep::leaky_relu<>) && is<layer::leaky_relu<0.2>>(ep::leaky_relu<0.2>));
static_assert(is<layer::prelu<0.25>>(ep::prelu<>) && is<layer::prelu<0.1>>(ep::prelu<0.1>));
static_assert(is<layer::elu<1.0>>(ep::elu<>) && is<layer::elu<0.5>>(ep::elu<0.5>));
static_assert(is<layer::selu>(ep::selu));
static_assert(is<layer::sigmoid>(ep::sigmoid));
static_assert(is<layer::tanh>(ep::tanh));
static_assert(is<layer::softplus>(ep::softplus));
static_assert(is<layer::silu>(ep::silu));
static_assert(is<layer::gelu>(ep::gelu));
static_assert(is<layer::gelu_tanh>(ep::gelu_tanh));
static_assert(is<layer::mish>(ep::mish));
static_assert(is<layer::hard_sigmoid>(ep::hard_sigmoid));
static_assert(is<layer::hard_swish>(ep::hard_swish));

// Sizes are whatever a std::size_t is made of without loss, other numbers whatever a double is.
enum { eight = 8 };
static_assert(is<layer::dense<8>>(ep::dense<std::size_t{8}>) && is<layer::dense<8>>(ep::dense<eight>));
static_assert(is<layer::dense<8>>(ep::dense<'\b'>) && is<layer::dense<8>>(ep::dense<std::integral_constant<int, 8>{}>));
static_assert(is<layer::dense<1>>(ep::dense<true>) && is<layer::input<8, 1>>(ep::input<8, '\1'>));
static_assert(is<layer::softmax<0>>(ep::softmax<>) && is<layer::softmax<1>>(ep::softmax<1>));
static_assert(is<layer::pad<-1, 2>>(ep::pad<-1, 2U>) && is<layer::pad<>>(ep::pad<>));
static_assert(is<layer::dropout<0.5>>(ep::dropout<0.5F>) && is<layer::dropout<0.0>>(ep::dropout<0>));
static_assert(is<layer::elu<1.0>>(ep::elu<1>) && is<layer::prelu<0.0>>(ep::prelu<0>));
static_assert(!is<layer::dense<8>>(ep::dense<8.0>) && !layer::Size<-1> && !layer::Size<8.0> && !layer::Size<ep::relu>);

// Options of dense, in any order.
static_assert(layer::dense<8>::has_bias && !layer::dense<8, ep::no_bias>::has_bias);
static_assert(!layer::dense<8, ep::no_bias, ep::initializers::he_normal>::has_bias);
static_assert(!layer::dense<8, ep::initializers::he_normal, ep::no_bias>::has_bias);
static_assert(layer::dense<8, ep::initializers::orthogonal>::parameters(ep::shape<4>{})[0].start ==
              ep::initializers::orthogonal);
static_assert(layer::dense<8, ep::no_bias, ep::initializers::constant(0.5)>::parameters(ep::shape<4>{})[0].start ==
              ep::initializers::constant(0.5));

// An activation of one's own holds the expression, not the lambda: written twice, it is one type.
constexpr auto mish = ep::activation([](auto z) { return z * tanh(softplus(z)); });
constexpr auto again = ep::activation([](auto x) { return x * tanh(softplus(x)); });
constexpr auto other = ep::activation([](auto z) { return z * tanh(z); });
static_assert(std::is_same_v<decltype(mish), decltype(again)> && !std::is_same_v<decltype(mish), decltype(other)>);
static_assert(std::is_same_v<std::remove_cvref_t<decltype(layer::mish::expression)>,
                             std::remove_cvref_t<decltype(decltype(mish)::expression)>>);
static_assert(layer::ElementwiseLayer<decltype(mish)>);
static_assert(layer::parameters_of<decltype(mish)>(ep::shape<5>{}).empty());

// A comparison counts as 1 and 0, at the root too.
constexpr auto relu = ep::activation([](auto z) { return z * (z > 0); });
constexpr auto step = ep::activation([](auto z) { return z >= 0; });
static_assert(ep::expression::chain<decltype(relu)>::backward_reads_a && layer::ElementwiseLayer<decltype(step)>);
static_assert(ep::expression::chain<decltype(step)>::forward.result_count == 1 &&
              !ep::expression::chain<decltype(step)>::depends_on_z);

// With learned parameters: one scalar each, with its start.
constexpr auto slope = ep::activation([](auto z, auto p) { return select(z > 0, z, p * z); }, ep::learned<0.25>);
static_assert(layer::parameters_of<decltype(slope)>(ep::shape<5>{}).size() == 1);
static_assert(layer::parameters_of<decltype(slope)>(ep::shape<5>{})[0].start == ep::initializers::constant(0.25));
static_assert(layer::parameters_of<decltype(slope)>(ep::shape<5>{})[0].shape == ep::extents(ep::shape<1>{}));
constexpr auto affine =
    ep::activation([](auto z, auto p, auto q) { return p * z + q; }, ep::learned<1.0>, ep::learned<0.0>);
static_assert(layer::parameters_of<decltype(affine)>(ep::shape<5>{}).size() == 2);
static_assert(layer::parameters_of<decltype(affine)>(ep::shape<5>{})[1].start == ep::initializers::zeros);

// All of it composes.
constexpr auto all = ep::input<1, 4, 4> >> ep::flatten >> ep::dense<8, ep::no_bias> >> mish >> ep::dropout<0.1> >>
                     ep::repeat<2>(ep::dense<8> >> slope) >> ep::frozen(ep::dense<4>) >> ep::sigmoid;
static_assert(
    std::is_same_v<ep::network_t<all>,
                   ep::network<layer::input<1, 4, 4>, layer::flatten, layer::dense<8, ep::no_bias>, ep::network_t<mish>,
                               layer::dropout<0.1>, layer::dense<8>, ep::network_t<slope>, layer::dense<8>,
                               ep::network_t<slope>, layer::frozen<layer::dense<4>>, layer::sigmoid>>);

}  // namespace

TEST_CASE("layers are empty objects") {
    CHECK(std::is_empty_v<layer::dense<128>>);
    CHECK(std::is_empty_v<std::remove_cvref_t<decltype(slope)>>);
    CHECK(std::is_empty_v<std::remove_cvref_t<decltype(all)>>);
}
