// SPDX-License-Identifier: MIT
// expect: x is an xtensor container
// expect: a_data_set
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void use(const ep::parameters<Net>& parameters, const ep::regression_set<float>& set) {
#ifdef WRONG
    const auto y = ep::predict(parameters, set);
#else
    const auto y = ep::predict(parameters, set.inputs());
#endif
}
