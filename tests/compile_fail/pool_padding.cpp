// SPDX-License-Identifier: MIT
// expect: a pool takes window extents, stride<…>, same or padding<less than the window>
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 8, 8> >> ep::average_pool<2, ep::padding<2>>;
#else
constexpr auto network = ep::input<3, 8, 8> >> ep::average_pool<2, ep::padding<1>>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
