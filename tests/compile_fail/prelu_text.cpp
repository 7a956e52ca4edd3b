// SPDX-License-Identifier: MIT
// expect: number
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::prelu<nullptr>;
#else
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::prelu<0.1>;
#endif

using Net = ep::network_t<network>;
