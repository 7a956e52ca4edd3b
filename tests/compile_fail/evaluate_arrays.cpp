// SPDX-License-Identifier: MIT
// expect: evaluate takes (parameters, data set, loss)
// expect: a_tensor_of<float>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

auto use(const ep::parameters<Net>& parameters, const ep::regression_set<float>& set, const xt::xtensor<float, 2>& x,
         const xt::xtensor<float, 2>& y) {
#ifdef WRONG
    return ep::evaluate(parameters, x, y, ep::mse);
#else
    return ep::evaluate(parameters, set, ep::mse);
#endif
}
