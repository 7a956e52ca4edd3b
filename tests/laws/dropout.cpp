// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("dropout of the input and behind relu", Scalar, float, double) {
    constexpr auto net =
        ep::input<10> >> ep::dropout<0.2> >> ep::dense<8> >> ep::relu >> ep::dropout<0.5> >> ep::dense<3>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::softmax_cross_entropy);
}

TEST_CASE_TEMPLATE("dropout before an activation, twice in a row, and last", Scalar, float, double) {
    constexpr auto net = ep::input<6> >> ep::dense<5> >> ep::dropout<0.3> >> ep::silu >> ep::dense<4> >>
                         ep::dropout<0.25> >> ep::dropout<0.5>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}
