// SPDX-License-Identifier: MIT
// expect: input<…> takes the extents of one sample
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<> >> ep::dense<2>;
#else
constexpr auto network = ep::input<3> >> ep::dense<2>;
#endif

using Net = ep::network_t<network>;
