// SPDX-License-Identifier: MIT
#include "laws.hpp"
#include "own_layers.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("sums: a residual block of several layers, of one, of a projection, and a sum of the same", Scalar,
                   float, double) {
    constexpr auto net = ep::input<7> >> ep::residual(ep::dense<7> >> ep::silu >> ep::dense<7>) >> ep::tanh >>
                         ep::residual(ep::dense<7>) >>
                         ep::residual(ep::dense<5> >> ep::prelu<> >> ep::dropout<0.25>, ep::dense<5, ep::no_bias>) >>
                         ep::silu >> ep::add(ep::identity, ep::identity, ep::tanh) >> ep::dense<2>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("concatenations and products, nested, of inputs and at the end", Scalar, float, double) {
    constexpr auto net =
        ep::input<5> >> ep::concat(ep::identity, ep::dense<4> >> ep::gelu, ep::identity) >>
        ep::multiply(ep::identity, ep::dense<14> >> ep::sigmoid, ep::silu) >>
        ep::concat(ep::multiply(ep::dense<3>, ep::dense<3> >> ep::prelu<>), ep::residual(ep::dense<14> >> ep::elu<>)) >>
        ep::dense<4> >> ep::multiply(ep::sigmoid, ep::identity);
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE("operations written for registers of samples, and what does not train, in branches") {
    constexpr auto net = ep::input<6> >> ep::dense<6> >> ep::tanh >>
                         ep::add(own_layers::normalise{}, own_layers::softmax{} >> ep::frozen(ep::dense<6>),
                                 own_layers::scale_and_shift{}, ep::identity) >>
                         ep::silu >> ep::frozen(ep::residual(ep::dense<6> >> ep::tanh >> ep::dense<6>)) >>
                         own_layers::softmax{} >> ep::dense<3>;
    obeys_laws<ep::network_t<net>, double>(ep::softmax_cross_entropy);
}
