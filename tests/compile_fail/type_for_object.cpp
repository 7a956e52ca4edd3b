// SPDX-License-Identifier: MIT
// expect-g++: expected a constant
// expect-clang: must be an expression
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using Same = ep::network_t<Net>;
#else
using Same = ep::network_t<net>;
#endif
