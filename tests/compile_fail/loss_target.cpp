// SPDX-License-Identifier: MIT
// expect: this loss takes values [rows][outputs], not class indices
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<2>;
using Net = ep::network_t<net>;
#ifdef WRONG
constexpr auto loss = ep::mse;
#else
constexpr auto loss = ep::softmax_cross_entropy;
#endif

float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
    const std::array<float, 2> x{};
    const std::array<int, 1> labels{};
    return ep::value_and_gradient(parameters, std::span(x), std::span(labels), loss, gradient, memory);
}
