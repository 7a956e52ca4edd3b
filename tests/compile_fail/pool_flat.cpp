// SPDX-License-Identifier: MIT
// expect: a pool takes [channels][height][width]
// expect: at_layer<1>
// expect: shape<16>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<16> >> ep::max_pool<2>;
#else
constexpr auto network = ep::input<1, 4, 4> >> ep::max_pool<2>;
#endif

using Net = ep::network_t<network>;
