// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("frozen at both ends", Scalar, float, double) {
    constexpr auto net =
        ep::input<9> >> ep::frozen(ep::dense<6>) >> ep::prelu<> >> ep::dense<4> >> ep::tanh >> ep::frozen(ep::dense<3>);
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("a frozen learned activation between layers that train", Scalar, float, double) {
    constexpr auto net = ep::input<9> >> ep::dense<6> >> ep::frozen(ep::prelu<>) >> ep::prelu<0.1> >> ep::dense<3>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::softmax_cross_entropy);
}

TEST_CASE_TEMPLATE("everything frozen", Scalar, float, double) {
    constexpr auto net = ep::frozen(ep::input<9> >> ep::dense<6> >> ep::relu >> ep::dense<3>);
    obeys_laws<ep::network_t<net>, Scalar>(ep::softmax_cross_entropy);
}
