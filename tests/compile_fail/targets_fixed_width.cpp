// SPDX-License-Identifier: MIT
// expect: as wide as the network's output
// expect: outputs<1>
// expect: shape<8, 3>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using targets = xt::xtensor_fixed<float, xt::xshape<8, 3>>;
#else
using targets = xt::xtensor_fixed<float, xt::xshape<8, 1>>;
#endif

float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 8>& memory,
           const targets& y) {
    const std::array<float, 16> x{};
    return ep::value_and_gradient(parameters, std::span(x), y, ep::mse, gradient, memory);
}
