// SPDX-License-Identifier: MIT
// expect: groups divide the channels of the input and of the output
// expect: at_layer<1>
// expect: conv_transpose2d<6, 3
// expect: shape<3, 5, 5>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 5, 5> >> ep::conv_transpose2d<6, 3, ep::groups<2>>;
#else
constexpr auto network = ep::input<3, 5, 5> >> ep::conv_transpose2d<6, 3, ep::groups<3>>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
