// SPDX-License-Identifier: MIT
// expect: number
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::elu<1, 2>;
#else
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::elu<1>;
#endif

using Net = ep::network_t<network>;
