// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("a convolution, a max pool", Scalar, float, double) {
    obeys_laws<ep::network_t<(ep::input<2, 5, 6> >> ep::conv2d<3, 3, ep::same> >> ep::tanh >>
                              ep::max_pool<3, ep::stride<2>, ep::padding<1>> >> ep::flatten >> ep::dense<3>)>,
               Scalar>(ep::losses::softmax_cross_entropy{});
}
