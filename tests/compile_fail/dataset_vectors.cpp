// SPDX-License-Identifier: MIT
// expect: a dataset takes xtensor arrays: {inputs, labels, classes} or {inputs, values}
// expect: std::vector<float
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

ep::history use(ep::parameters<Net>& parameters, const std::vector<float>& x, const std::vector<int>& labels) {
#ifdef WRONG
    const ep::dataset set{x, labels, 3};
#else
    const ep::dataset set{xt::adapt(x, {x.size() / 2, std::size_t{2}}), xt::adapt(labels, {labels.size()}), 3};
#endif
    const ep::trainer trainer{net, ep::softmax_cross_entropy, ep::adam{}, ep::batch<8>};
    return trainer.fit(parameters, set, {.epochs = 3});
}
