// SPDX-License-Identifier: MIT
// expect: dropout<p> takes a probability in [0, 1)
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::dropout<1.0>;
#else
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::dropout<0.5>;
#endif

using Net = ep::network_t<network>;
