// SPDX-License-Identifier: MIT
// expect: padding removes the whole output of the transposed convolution: take less
// expect: at_layer<1>
// expect: conv_transpose2d<4, 3
// expect: shape<2, 1, 5>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<2, 1, 5> >> ep::conv_transpose2d<4, 3, ep::padding<2>> >> ep::relu;
#else
constexpr auto network = ep::input<2, 1, 5> >> ep::conv_transpose2d<4, 3, ep::padding<1>> >> ep::relu;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
