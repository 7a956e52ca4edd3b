// SPDX-License-Identifier: MIT
// expect: sgd
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
constexpr ep::sgd rule{};
#else
constexpr ep::adam rule{};
#endif

void step(ep::parameters<Net>& parameters, const ep::gradients<Net>& gradient,
          ep::optimizer_state<Net, ep::adam>& state) {
    state.step(rule, parameters, gradient);
}
