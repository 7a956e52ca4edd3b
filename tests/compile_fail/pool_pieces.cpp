// SPDX-License-Identifier: MIT
// expect: extents divide those of its input
// expect: at_layer<1>
// expect: shape<1, 4, 4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 4, 4> >> ep::adaptive_average_pool<3, 3>;
#else
constexpr auto network = ep::input<1, 4, 4> >> ep::adaptive_average_pool<2, 2>;
#endif

using Net = ep::network_t<network>;
