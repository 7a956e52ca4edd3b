// SPDX-License-Identifier: MIT
// expect: fit changes the parameters or the state that it is given
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<8>};
#ifdef WRONG
void use(const ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
#else
void use(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
#endif
    trainer.fit(parameters, set);
}
