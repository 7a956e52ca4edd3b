// SPDX-License-Identifier: MIT
// expect: upsample takes [channels]
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 4> >> ep::upsample<2, 2>;
#else
constexpr auto network = ep::input<3, 4> >> ep::upsample<2>;
#endif

using Net = ep::network_t<network>;
