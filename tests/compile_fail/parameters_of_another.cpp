// SPDX-License-Identifier: MIT
// expect: parameters, gradients, workspace and optimizer state belong to one network
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;
constexpr auto other = ep::input<2> >> ep::dense<5> >> ep::relu >> ep::dense<1>;
using Other = ep::network_t<other>;

#ifdef WRONG
using Used = Other;
#else
using Used = Net;
#endif

float step(const ep::parameters<Used>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
    const std::array<float, 2> x{};
    const std::array<float, 1> y{};
    return ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory);
}
