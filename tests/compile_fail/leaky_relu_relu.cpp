// SPDX-License-Identifier: MIT
// expect: number
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::leaky_relu<ep::relu>;
#else
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::leaky_relu<0.1>;
#endif

using Net = ep::network_t<network>;
