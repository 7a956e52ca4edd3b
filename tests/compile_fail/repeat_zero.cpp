// SPDX-License-Identifier: MIT
// expect: repeat<n>(part) takes n > 0
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::repeat<0>(ep::dense<4> >> ep::relu);
#else
constexpr auto network = ep::input<4> >> ep::repeat<2>(ep::dense<4> >> ep::relu);
#endif

using Net = ep::network_t<network>;
