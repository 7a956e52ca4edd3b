// SPDX-License-Identifier: MIT
// expect: a convolution takes channels, kernel, stride, padding or same, dilation, groups
// expect: at_layer<1>
// expect: conv2d<4, -3>
// expect: shape<1, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, -3> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
