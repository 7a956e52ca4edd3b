// SPDX-License-Identifier: MIT
// expect: this takes the type of a network: using Net = ep::network_t<net>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
const auto parameters = ep::initialize<net>(ep::seed{1});
#else
const auto parameters = ep::initialize<Net>(ep::seed{1});
#endif
const auto score = ep::predict(parameters, std::array{1.0f, 2.0f});
