// SPDX-License-Identifier: MIT
// expect: a layer has at least one output
// expect: at_layer<1>
// expect: layer::dense<0>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<0>;
#else
constexpr auto network = ep::input<4> >> ep::dense<1>;
#endif

using Net = ep::network_t<network>;
