// SPDX-License-Identifier: MIT
// expect: names an axis that its input does not have
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::softmax<1>;
#else
constexpr auto network = ep::input<4> >> ep::softmax<0>;
#endif

using Net = ep::network_t<network>;
