// SPDX-License-Identifier: MIT
// expect: .validation is a data set of the same kind
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<8>};
void use(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
#ifdef WRONG
    trainer.fit(parameters, set, {.validation = 0.2});
#else
    trainer.fit(parameters, set, {.validation = set.split(0.8, ep::seed{1}).second});
#endif
}
