// SPDX-License-Identifier: MIT
// expect: a dataset takes xtensor arrays: {inputs, labels, classes} or {inputs, values}
// expect: std::vector<float
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

auto use(const std::vector<float>& x, const std::vector<int>& labels) {
#ifdef WRONG
    return ep::dataset{x, labels, 3}.rows();
#else
    return ep::dataset{xt::adapt(x, {x.size() / 2, std::size_t{2}}), xt::adapt(labels, {labels.size()}), 3}.rows();
#endif
}
