// SPDX-License-Identifier: MIT
// expect: this takes the types of a network and a loss
// expect: relu
#include <espalier/espalier.hpp>

#include <espalier/declare.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
ESPALIER_DECLARE(ep::layer::relu);
#else
ESPALIER_DECLARE(Net);
#endif
