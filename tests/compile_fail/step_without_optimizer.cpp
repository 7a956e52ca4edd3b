// SPDX-License-Identifier: MIT
// expect: a step of an optimizer's state takes (optimizer, parameters, gradients)
// expect: the_parameters, espalier::diagnostics::the_gradients>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

void use(ep::parameters<Net>& parameters, const ep::gradients<Net>& gradient,
         ep::optimizer_state<Net, ep::adam>& state) {
#ifdef WRONG
    state.step(parameters, gradient);
#else
    state.step(ep::adam{}, parameters, gradient, 0.5);
#endif
}
