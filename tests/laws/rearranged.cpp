// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("embedding, padding, upsampling, cropping and softmax along an axis", Scalar, float, double) {
    constexpr auto net = ep::input<4> >> ep::embedding<3, 2> >> ep::pad<1, 0, 0, 2> >> ep::tanh >> ep::upsample<2> >>
                         ep::log_softmax<1> >> ep::crop<0, 1, 1, 2> >> ep::softmax<> >> ep::flatten >> ep::dense<3> >>
                         ep::softmax<>;
    static_assert(ep::output_shape<ep::network_t<(ep::input<4> >> ep::embedding<3, 2> >> ep::pad<1, 0, 0, 2>)>> ==
                  ep::shape<6, 3>{});
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

// Factors with a common divisor: copies are told apart by all axes.
TEST_CASE("upsampling by the same factor along two axes") {
    obeys_laws<
        ep::network_t<(ep::input<2, 2, 3> >> ep::conv2d<2, 1> >> ep::upsample<2> >> ep::flatten >> ep::dense<2>)>,
        double>(ep::mse);
}
