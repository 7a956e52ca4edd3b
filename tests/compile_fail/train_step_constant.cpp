// SPDX-License-Identifier: MIT
// expect: train_step changes parameters, state, gradients and workspace
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

float use(ep::parameters<Net>& parameters, std::span<const float> x, std::span<const int> y,
          ep::gradients<Net>& gradient, ep::optimizer_state<Net, ep::adam>& state, ep::workspace<Net, 8>& memory) {
#ifdef WRONG
    const auto& at = parameters;
#else
    auto& at = parameters;
#endif
    return ep::train_step(at, x, y, ep::softmax_cross_entropy, ep::adam{}, state, gradient, memory);
}
