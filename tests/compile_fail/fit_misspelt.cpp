// SPDX-License-Identifier: MIT
// expect: an option of fit has another name or type: .epochs
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;
constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<8>};

auto train(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
#ifdef WRONG
    return trainer.fit(parameters, set, {.epoch = 3});
#else
    return trainer.fit(parameters, set, {.epochs = 3});
#endif
}
