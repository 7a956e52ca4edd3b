// SPDX-License-Identifier: MIT
// expect: as wide as the network
// expect: shape<3>
// expect: outputs<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<2>;
using Net = ep::network_t<net>;
float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory) {
#ifdef WRONG
    const std::array y{1.0f, 2.0f, 3.0f};
#else
    const std::array y{1.0f, 2.0f, 3.0f, 4.0f};
#endif
    const std::array x{1.0f, 2.0f, 3.0f, 4.0f};
    return ep::value_and_gradient(parameters, std::span(x), std::span(y), ep::mse, gradient, memory);
}
