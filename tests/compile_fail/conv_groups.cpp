// SPDX-License-Identifier: MIT
// expect: groups divide the channels of the input and of the output
// expect: at_layer<1>
// expect: conv2d<8, 3
// expect: shape<3, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 8, 8> >> ep::conv2d<8, 3, ep::groups<4>>;
#else
constexpr auto network = ep::input<4, 8, 8> >> ep::conv2d<8, 3, ep::groups<4>>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
