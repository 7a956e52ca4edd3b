// SPDX-License-Identifier: MIT
// expect: initialize takes a seed: ep::initialize<Net>(ep::seed{42})
// expect: receives<int>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

#ifdef WRONG
const ep::parameters<Net> parameters = ep::initialize<Net>(42);
#else
const ep::parameters<Net> parameters = ep::initialize<Net>(ep::seed{42});
#endif
