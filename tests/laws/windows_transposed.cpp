// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("a transposed convolution of images in groups, and a convolution in groups behind it", Scalar, float,
                   double) {
    obeys_laws<ep::network_t<(
                   ep::input<2, 3, 2> >>
                   ep::conv_transpose2d<6, 3, ep::groups<2>, ep::stride<2>, ep::padding<1>, ep::output_padding<1>> >>
                   ep::tanh >> ep::conv2d<3, 2, ep::groups<3>, ep::dilation<2, 1>> >> ep::flatten >> ep::dense<2>)>,
               Scalar>(ep::mse);
}
