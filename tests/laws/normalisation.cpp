// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("normalisations first, between layers and last, over all axes, the last, and groups", Scalar, float,
                   double) {
    constexpr auto net = ep::input<4, 3> >> ep::layer_norm<ep::last_axes(1)> >> ep::group_norm<2> >> ep::tanh >>
                         ep::flatten >> ep::dense<5> >> ep::rms_norm<> >> ep::dense<6> >>
                         ep::layer_norm<ep::no_bias, ep::epsilon(1e-3)> >> ep::silu;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}
