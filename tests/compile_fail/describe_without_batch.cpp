// SPDX-License-Identifier: MIT
// expect: a plan is for a batch: describe<Net, 64>()
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

#ifdef WRONG
const std::string table = ep::describe<Net>();
#else
const std::string table = ep::describe<Net, 64>();
#endif
