// SPDX-License-Identifier: MIT
// expect: the data set has the scalar type of the parameters
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
using set_type = ep::regression_set<double>;
#else
using set_type = ep::regression_set<float>;
#endif

constexpr ep::trainer trainer{net, ep::mse, ep::sgd{}, ep::batch<8>};
void fit(ep::parameters<Net>& parameters, const set_type& set) { trainer.fit(parameters, set); }
