// SPDX-License-Identifier: MIT
// expect: a 1-D convolution takes [channels][length]
// expect: at_layer<1>
// expect: shape<1, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 8, 8> >> ep::conv1d<4, 3>;
#else
constexpr auto network = ep::input<8, 8> >> ep::conv1d<4, 3>;
#endif

using Net = ep::network_t<network>;
