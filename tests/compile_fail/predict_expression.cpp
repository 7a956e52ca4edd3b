// SPDX-License-Identifier: MIT
// expect: x is an expression that holds no values: pass xt::eval(x)
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void use(const ep::parameters<Net>& parameters, const xt::xtensor<float, 2>& x) {
#ifdef WRONG
    const auto y = ep::predict(parameters, x / 2.0f);
#else
    const auto y = ep::predict(parameters, xt::eval(x / 2.0f));
#endif
}
