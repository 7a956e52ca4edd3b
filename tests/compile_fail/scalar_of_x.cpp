// SPDX-License-Identifier: MIT
// expect: x has the scalar type of the parameters
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;
#ifdef WRONG
using Sample = xt::xtensor<int, 1>;
#else
using Sample = xt::xtensor<float, 1>;
#endif

float score(const ep::parameters<Net>& parameters, const Sample& x) { return ep::predict(parameters, x)(0); }
