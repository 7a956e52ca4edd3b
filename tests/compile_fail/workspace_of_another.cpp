// SPDX-License-Identifier: MIT
// expect: parameters, gradients, workspace and optimizer state belong to one network
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
constexpr auto other = ep::input<2> >> ep::dense<5> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;
#ifdef WRONG
using Used = ep::network_t<other>;
#else
using Used = Net;
#endif

float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Used, 8>& memory) {
    const std::array<float, 2> x{};
    const std::array<float, 1> y{};
    return ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory);
}
