// SPDX-License-Identifier: MIT
// expect: this layer has no such tensor
// expect: weighted_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto net = ep::input<2> >> ep::dense<4, ep::no_bias>;
#else
constexpr auto net = ep::input<2> >> ep::dense<4>;
#endif

using Net = ep::network_t<net>;
auto bias(ep::parameters<Net>& parameters) { return parameters.bias<1>(); }
