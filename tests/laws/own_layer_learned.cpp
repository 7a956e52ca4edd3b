// SPDX-License-Identifier: MIT
#include "laws.hpp"
#include "own_layers.hpp"

namespace ep = espalier;
using laws::obeys_laws;
using namespace own_layers;

TEST_CASE_TEMPLATE("own layers that learn, first, between and last", Scalar, float, double) {
    constexpr auto net =
        ep::input<6> >> scale_and_shift{} >> ep::dense<8> >> exponent{} >> ep::silu >> scale_and_shift{} >> ep::relu;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("nothing but own layers, one after the other", Scalar, float, double) {
    constexpr auto net = ep::input<8> >> ep::tanh >> exponent{} >> normalise{} >> ep::frozen(scale_and_shift{}) >>
                         softmax{} >> scale_and_shift{} >> exponent{} >> ep::relu;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}
