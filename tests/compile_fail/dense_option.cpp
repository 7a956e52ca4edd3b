// SPDX-License-Identifier: MIT
// expect: the options of dense are no_bias and an initializer
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<2, 3>;
#else
constexpr auto network = ep::input<4> >> ep::dense<2, ep::no_bias>;
#endif

using Net = ep::network_t<network>;
