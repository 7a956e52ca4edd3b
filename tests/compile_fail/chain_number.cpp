// SPDX-License-Identifier: MIT
// expect: stands where a layer belongs
// expect: at_layer<1>
// expect: no_layer<int>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> 8 >> ep::relu;
#else
constexpr auto network = ep::input<4> >> ep::dense<8> >> ep::relu;
#endif

using Net = ep::network_t<network>;
