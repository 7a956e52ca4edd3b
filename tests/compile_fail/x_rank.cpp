// SPDX-License-Identifier: MIT
// expect: x is one sample
// expect: rank<4>
// expect: shape<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using samples = xt::xtensor<float, 4>;
#else
using samples = xt::xtensor<float, 2>;
#endif

auto score(const ep::parameters<Net>& parameters, const samples& x) { return ep::predict(parameters, x); }
