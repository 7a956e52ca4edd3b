// SPDX-License-Identifier: MIT
// expect: rows<64>
// expect: rows<32>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
constexpr std::size_t rows = 64;
#else
constexpr std::size_t rows = 32;
#endif

float step(const ep::parameters<Net>& parameters, ep::gradients<Net>& gradient, ep::workspace<Net, 32>& memory,
           const xt::xtensor_fixed<float, xt::xshape<rows, 2>>& x, const xt::xtensor<float, 2>& y) {
    return ep::value_and_gradient(parameters, x, y, ep::mse, gradient, memory);
}
