// SPDX-License-Identifier: MIT
#include "image_vectors.hpp"

namespace ep = espalier;
using image_vectors::check;

TEST_CASE("one-dimensional convolutions agree with PyTorch") {
    check<(ep::input<3, 17> >> ep::conv1d<4, 5, ep::stride<2>, ep::padding<2>, ep::dilation<2>>)>("conv1d_options");
    check<(ep::input<3, 9> >> ep::depthwise_conv1d<4, ep::padding<6, 0>, ep::dilation<2>>)>("conv1d_causal");
    check<(ep::input<6, 13> >> ep::conv1d<4, 5, ep::stride<2>, ep::padding<3>, ep::groups<2>>)>("conv1d_groups");
    check<(ep::input<3, 13> >> ep::depthwise_conv1d<3, ep::stride<3>, ep::padding<1>, ep::dilation<2>, ep::no_bias>)>(
        "conv1d_strided");
}
