// SPDX-License-Identifier: MIT
#include "image_vectors.hpp"

namespace ep = espalier;
using image_vectors::check;

TEST_CASE("padding that differs from side to side, and depthwise convolutions, agree with PyTorch") {
    check<(ep::input<2, 5, 7> >> ep::conv2d<3, 4, 2, ep::same, ep::stride<1, 2>>)>("conv2d_same");
    check<(ep::input<2, 4, 5> >> ep::conv2d<3, 3, ep::padding<0, 1, 2, 3>>)>("conv2d_asymmetric");
    check<(ep::input<3, 6, 5> >> ep::depthwise_conv2d<3, ep::same>)>("conv2d_depthwise");
    check<(ep::input<3, 9, 7> >> ep::depthwise_conv2d<3, 2, ep::stride<2, 1>, ep::padding<2, 1>, ep::dilation<2, 3>>)>(
        "conv2d_depthwise_options");
}
