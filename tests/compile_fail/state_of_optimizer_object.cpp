// SPDX-License-Identifier: MIT
// expect: type
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
ep::optimizer_state<Net, ep::adam{}> state;
#else
ep::optimizer_state<Net, ep::adam> state;
#endif
