// SPDX-License-Identifier: MIT
// expect: the window is larger than its input with padding: take a smaller kernel, less dilation, or padding<…>
// expect: at_layer<3>
// expect: conv2d<8, 5
// expect: shape<4, 3, 3>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::max_pool<2> >> ep::conv2d<8, 5>;
#else
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::max_pool<2> >> ep::conv2d<8, 5, ep::padding<1>>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
