// SPDX-License-Identifier: MIT
// expect: the window is larger than its input
// expect: at_layer<1>
// expect: shape<1, 4, 4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 4, 4> >> ep::max_pool<5>;
#else
constexpr auto network = ep::input<1, 4, 4> >> ep::max_pool<2>;
#endif

using Net = ep::network_t<network>;
