// SPDX-License-Identifier: MIT
// expect: evaluate takes (parameters, data set, loss)
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<3>;
using Net = ep::network_t<net>;

double use(const ep::parameters<Net>& parameters, const ep::classification_set<float>& set, const std::vector<float>& x,
           const std::vector<int>& y) {
#ifdef WRONG
    return ep::evaluate(parameters, x, y, ep::softmax_cross_entropy).loss;
#else
    return ep::evaluate(parameters, set, ep::softmax_cross_entropy).loss;
#endif
}
