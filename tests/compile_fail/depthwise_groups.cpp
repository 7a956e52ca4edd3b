// SPDX-License-Identifier: MIT
// expect: a convolution takes channels, kernel, stride, padding or same, dilation, groups
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4, 8, 8> >> ep::depthwise_conv2d<3, ep::groups<2>>;
#else
constexpr auto network = ep::input<4, 8, 8> >> ep::depthwise_conv2d<3>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
