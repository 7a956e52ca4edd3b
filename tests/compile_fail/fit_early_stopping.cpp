// SPDX-License-Identifier: MIT
// expect: .early_stopping = {{.patience = 5}}
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<8>};
void use(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
#ifdef WRONG
    trainer.fit(parameters, set, {.epochs = 50, .early_stopping = 5});
#else
    trainer.fit(parameters, set, {.epochs = 50, .early_stopping = {{.patience = 5}}});
#endif
}
