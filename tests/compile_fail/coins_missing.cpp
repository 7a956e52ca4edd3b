// SPDX-License-Identifier: MIT
// expect: a network with dropout takes coins{seed, step} last, with another step each time
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dropout<0.5> >> ep::dense<1>;
using Net = ep::network_t<net>;

float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
    const std::array<float, 2> x{};
    const std::array<float, 1> y{};
#ifdef WRONG
    return ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory);
#else
    return ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory, {ep::seed{1}, 1});
#endif
}
