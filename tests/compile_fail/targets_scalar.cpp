// SPDX-License-Identifier: MIT
// expect: targets are class indices (any integer) or values of the network
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using target = double;
#else
using target = float;
#endif

float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
    const std::array<float, 2> x{};
    const std::array<target, 1> y{};
    return ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory);
}
