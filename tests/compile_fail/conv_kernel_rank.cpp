// SPDX-License-Identifier: MIT
// expect: a convolution takes channels, kernel, stride, padding or same, dilation, groups
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 8> >> ep::conv1d<8, 3, 3>;
#else
constexpr auto network = ep::input<3, 8> >> ep::conv1d<8, 3>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
