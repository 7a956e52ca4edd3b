// SPDX-License-Identifier: MIT
// expect: the network has fewer than that
// expect: weighted_layer<9>
// expect: network_has<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
constexpr std::size_t layer = 9;
#else
constexpr std::size_t layer = 2;
#endif

auto weight(ep::parameters<Net>& parameters) { return parameters.weight<layer>(); }
