// SPDX-License-Identifier: MIT
// expect: stands where a layer belongs
// expect: int
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4>;

#ifdef WRONG
using Net = ep::network_t<4>;
#else
using Net = ep::network_t<net>;
#endif
