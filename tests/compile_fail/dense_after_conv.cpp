// SPDX-License-Identifier: MIT
// expect: put flatten before it
// expect: at_layer<2>
// expect: layer::dense<64>
// expect: shape<4, 6, 6>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::dense<64>;
#else
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::flatten >> ep::dense<64>;
#endif

using Net = ep::network_t<network>;
