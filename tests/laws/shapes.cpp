// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("an activation directly after the input, flatten and reshape", Scalar, float, double) {
    constexpr auto net = ep::input<2, 3, 4> >> ep::silu >> ep::flatten >> ep::dense<6> >> ep::reshape<2, 3> >>
                         ep::leaky_relu<> >> ep::flatten >> ep::dense<4> >> ep::reshape<2, 2>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("activations without any operation, one that learns among them", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<2, 3> >> ep::prelu<0.1> >> ep::tanh)>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("nothing to learn", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<2, 3> >> ep::softplus)>, Scalar>(ep::mse);
    obeys_laws<ep::network<ep::layer::input<7>>, Scalar>(ep::softmax_cross_entropy);
}
