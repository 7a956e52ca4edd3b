// SPDX-License-Identifier: MIT
// expect: the first argument is the network's parameters: predict(parameters, x)
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void use(const ep::parameters<Net>& parameters, const xt::xtensor<float, 2>& x) {
#ifdef WRONG
    const auto y = ep::predict(net, x);
#else
    const auto y = ep::predict(parameters, x);
#endif
}
