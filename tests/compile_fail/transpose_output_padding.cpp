// SPDX-License-Identifier: MIT
// expect: conv_transpose takes what conv does but same; output_padding below the stride
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 5, 5> >> ep::conv_transpose2d<6, 3, ep::stride<2>, ep::output_padding<2>>;
#else
constexpr auto network = ep::input<3, 5, 5> >> ep::conv_transpose2d<6, 3, ep::stride<2>, ep::output_padding<1>>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
