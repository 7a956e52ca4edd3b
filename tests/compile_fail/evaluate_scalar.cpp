// SPDX-License-Identifier: MIT
// expect: the data set has the scalar type of the parameters
// expect: receives<double>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

auto use(const ep::parameters<Net>& parameters, const ep::regression_set<float>& set,
         const ep::regression_set<double>& doubles) {
#ifdef WRONG
    return ep::evaluate(parameters, doubles, ep::mse);
#else
    return ep::evaluate(parameters, set, ep::mse);
#endif
}
