// SPDX-License-Identifier: MIT
// expect: dense takes a flat input: put flatten before it
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
constexpr auto image = ep::input<1, 8, 8> >> ep::dense<1>;
#else
constexpr auto image = net;
#endif
constexpr ep::trainer trainer{image, ep::mse, ep::adam{}, ep::batch<8>};
auto train(ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
    return trainer.fit(parameters, set, {.epochs = 3}).epochs.size();
}
