// SPDX-License-Identifier: MIT
// expect: std::span(y)
// expect: std::array<int, 8
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

float use(const ep::parameters<Net>& parameters, std::span<const float> x, const std::array<int, 8>& y,
          ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
#ifdef WRONG
    return ep::value_and_gradient(parameters, x, y, ep::softmax_cross_entropy, gradient, memory);
#else
    return ep::value_and_gradient(parameters, x, std::span(y), ep::softmax_cross_entropy, gradient, memory);
#endif
}
