// SPDX-License-Identifier: MIT
// expect: the targets are an xtensor container or a std::span: std::span(y), or xt::eval(y) of an expression
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void step(const ep::parameters<Net>& parameters, const xt::xtensor<float, 2>& x, ep::gradients<Net>& gradient,
          ep::workspace<Net, 8>& memory) {
    const xt::xtensor<float, 2> y = xt::ones<float>({8, 1});
#ifdef WRONG
    ep::value_and_gradient(parameters, x, y / 2.0f, ep::mse, gradient, memory);
#else
    ep::value_and_gradient(parameters, x, xt::eval(y / 2.0f), ep::mse, gradient, memory);
#endif
}
