// SPDX-License-Identifier: MIT
// expect: initialize takes a seed: ep::initialize<Net>(ep::seed{42})
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

#ifdef WRONG
const auto parameters = ep::initialize<Net>();
#else
const auto parameters = ep::initialize<Net>(ep::seed{42});
#endif
const auto score = ep::predict(parameters, std::array{1.0f, 2.0f});
