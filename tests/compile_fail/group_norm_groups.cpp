// SPDX-License-Identifier: MIT
// expect: divide
// expect: at_layer<1>
// expect: group_norm<4
// expect: shape<6, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<6, 8, 8> >> ep::group_norm<4>;
#else
constexpr auto network = ep::input<6, 8, 8> >> ep::group_norm<3>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
