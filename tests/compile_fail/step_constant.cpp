// SPDX-License-Identifier: MIT
// expect: it changes the parameters
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

void use(const ep::parameters<Net>& parameters, const ep::gradients<Net>& gradient,
         ep::optimizer_state<Net, ep::adam>& state) {
#ifdef WRONG
    state.step(ep::adam{}, parameters, gradient);
#else
    ep::parameters<Net> moved = parameters;
    state.step(ep::adam{}, moved, gradient, 1, 2);
#endif
}
