// SPDX-License-Identifier: MIT
// expect: crop leaves at least one element
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::crop<2, 2>;
#else
constexpr auto network = ep::input<4> >> ep::crop<1, 1>;
#endif

using Net = ep::network_t<network>;
