// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("dilated and strided depthwise convolutions of images, and adaptive averages", Scalar, float,
                   double) {
    obeys_laws<ep::network_t<(ep::input<2, 7, 5> >> ep::depthwise_conv2d<3, 2, ep::padding<1>, ep::dilation<2, 1>,
                                                                         ep::stride<1, 2>, ep::no_bias> >>
                              ep::tanh >> ep::average_pool<2, ep::stride<1>, ep::padding<1>, ep::exclude_padding> >>
                              ep::adaptive_average_pool<3, 2> >> ep::flatten >> ep::dense<2>)>,
               Scalar>(ep::mse);
}
