// SPDX-License-Identifier: MIT
// expect: this takes the type of a network: using Net = ep::network_t<net>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
const std::string text = ep::describe<net, 8>();
#else
const std::string text = ep::describe<Net, 8>();
#endif
