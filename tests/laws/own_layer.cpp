// SPDX-License-Identifier: MIT
#include "laws.hpp"
#include "own_layers.hpp"

namespace ep = espalier;
using laws::obeys_laws;
using namespace own_layers;

TEST_CASE_TEMPLATE("an own layer first, between dense layers, and last", Scalar, float, double) {
    constexpr auto net =
        ep::input<6> >> normalise{} >> ep::dense<5> >> ep::tanh >> normalise{} >> ep::dense<4> >> softmax{};
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("a frozen own layer below what trains", Scalar, float, double) {
    constexpr auto net = ep::input<8> >> ep::dense<6> >> ep::frozen(exponent{}) >> ep::dense<2>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}
