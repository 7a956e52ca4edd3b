// SPDX-License-Identifier: MIT
// expect: a 1-D convolution takes [channels][length]: put reshape<channels, length> before it
// expect: at_layer<1>
// expect: conv1d<8, 3
// expect: shape<64>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<64> >> ep::conv1d<8, 3>;
#else
constexpr auto network = ep::input<64> >> ep::reshape<1, 64> >> ep::conv1d<8, 3>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
