// SPDX-License-Identifier: MIT
// expect: value_and_gradients takes (parameters, x, y, loss, gradients, x_gradient, workspace
// expect: a_network
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

float step(const ep::parameters<Net>& parameters, const xt::xtensor<float, 2>& x, const xt::xtensor<float, 2>& y,
           ep::gradients<Net>& gradient, xt::xtensor<float, 2>& x_gradient,
           ep::workspace<Net, 8, float, ep::request::both>& memory) {
#ifdef WRONG
    return ep::value_and_gradients(net, x, y, ep::mse, gradient, x_gradient, memory);
#else
    return ep::value_and_gradients(parameters, x, y, ep::mse, gradient, x_gradient, memory);
#endif
}
