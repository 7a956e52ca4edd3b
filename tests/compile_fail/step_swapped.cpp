// SPDX-License-Identifier: MIT
// expect: a step of an optimizer's state takes (optimizer, parameters, gradients)
// expect: receives<espalier::adam, espalier::diagnostics::the_gradients, espalier::diagnostics::the_parameters>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

void use(ep::parameters<Net>& parameters, const ep::gradients<Net>& gradient,
         ep::optimizer_state<Net, ep::adam>& state) {
#ifdef WRONG
    state.step(ep::adam{}, gradient, parameters);
#else
    state.step(ep::adam{}, parameters, gradient);
#endif
}
