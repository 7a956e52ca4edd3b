// SPDX-License-Identifier: MIT
// expect: scalars are float or double
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using scalar = long double;
#else
using scalar = double;
#endif

ep::parameters<Net, scalar> make();
