// SPDX-License-Identifier: MIT
// expect: a predictor takes one sample
// expect: predict(parameters, x) takes many
// expect: shape<10, 2, 3>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto network = ep::input<2, 3> >> ep::flatten >> ep::dense<4>;
using Net = ep::network_t<network>;

#ifdef WRONG
using samples = xt::xtensor_fixed<float, xt::xshape<10, 2, 3>>;
#else
using samples = xt::xtensor_fixed<float, xt::xshape<2, 3>>;
#endif

auto predictions(const ep::predictor<Net>& run, const samples& x) { return run(x); }
