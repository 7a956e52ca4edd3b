// SPDX-License-Identifier: MIT
// expect: a batch has at least one sample
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
ep::workspace<Net, 0> memory;
#else
ep::workspace<Net, 1> memory;
#endif
