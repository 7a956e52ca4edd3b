// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("convolutions of signals, in groups, dilated and unevenly padded, and strided, and a max pool",
                   Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<2, 11> >> ep::conv1d<4, 3, ep::groups<2>, ep::dilation<2>, ep::padding<1, 2>> >>
                              ep::tanh >> ep::max_pool<2> >> ep::conv1d<3, 2, ep::stride<2>, ep::no_bias> >>
                              ep::flatten >> ep::dense<2>)>,
               Scalar>(ep::mse);
}
