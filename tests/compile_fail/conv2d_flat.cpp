// SPDX-License-Identifier: MIT
// expect: a 2-D convolution takes [channels][height][width]
// expect: at_layer<1>
// expect: shape<64>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<64> >> ep::conv2d<4, 3>;
#else
constexpr auto network = ep::input<64> >> ep::reshape<1, 8, 8> >> ep::conv2d<4, 3>;
#endif

using Net = ep::network_t<network>;
