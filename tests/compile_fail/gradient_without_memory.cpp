// SPDX-License-Identifier: MIT
// expect: value_and_gradient takes (parameters, x, y, loss, gradients, workspace)
// expect: a_loss
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

float step(const ep::parameters<Net>& parameters, const xt::xtensor<float, 2>& x, const xt::xtensor<float, 2>& y,
           ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
#ifdef WRONG
    return ep::value_and_gradient(parameters, x, y, ep::mse);
#else
    return ep::value_and_gradient(parameters, x, y, ep::mse, gradient, memory);
#endif
}
