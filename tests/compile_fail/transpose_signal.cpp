// SPDX-License-Identifier: MIT
// expect: a 1-D convolution takes [channels][length]
// expect: at_layer<1>
// expect: conv_transpose1d<4, 3
// expect: shape<2, 5, 5>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<2, 5, 5> >> ep::conv_transpose1d<4, 3>;
#else
constexpr auto network = ep::input<2, 5, 5> >> ep::conv_transpose2d<4, 3>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
