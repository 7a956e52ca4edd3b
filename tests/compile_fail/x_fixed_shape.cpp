// SPDX-License-Identifier: MIT
// expect: shape<3>
// expect: shape<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using sample = xt::xtensor_fixed<float, xt::xshape<3>>;
#else
using sample = xt::xtensor_fixed<float, xt::xshape<2>>;
#endif

auto score(const ep::parameters<Net>& parameters, const sample& x) { return ep::predict(parameters, x); }
