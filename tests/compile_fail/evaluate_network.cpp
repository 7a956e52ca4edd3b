// SPDX-License-Identifier: MIT
// expect: evaluate takes (parameters, data set, loss)
// expect: a_network
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

auto use(const ep::parameters<Net>& parameters, const ep::regression_set<float>& set,
         const ep::regression_set<double>& doubles) {
#ifdef WRONG
    return ep::evaluate(net, set, ep::mse);
#else
    return ep::evaluate(parameters, set, ep::mse);
#endif
}
