// SPDX-License-Identifier: MIT
// expect: this takes the type of a network: using Net = ep::network_t<net>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

auto use(const ep::parameters<Net>& parameters, std::span<const float> x) {
#ifdef WRONG
    return ep::predict<net>(parameters, x);
#else
    return ep::predict<Net>(parameters, x);
#endif
}
