// SPDX-License-Identifier: MIT
// expect: residual, add and multiply join one shape
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::residual(ep::dense<3> >> ep::relu);
#else
constexpr auto network = ep::input<4> >> ep::residual(ep::dense<4> >> ep::relu);
#endif

using Net = ep::network_t<network>;
