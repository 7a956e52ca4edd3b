// SPDX-License-Identifier: MIT
// expect: a 2-D convolution takes [channels][height][width]: put reshape<channels, height, width> before it
// expect: at_layer<1>
// expect: conv2d<8, 3
// expect: shape<28, 28>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<28, 28> >> ep::conv2d<8, 3>;
#else
constexpr auto network = ep::input<28, 28> >> ep::reshape<1, 28, 28> >> ep::conv2d<8, 3>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
