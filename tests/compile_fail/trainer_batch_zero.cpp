// SPDX-License-Identifier: MIT
// expect: a trainer takes network, loss, optimizer, batch<n> with n > 0
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<0>};
#else
constexpr ep::trainer trainer{net, ep::mse, ep::adam{}, ep::batch<8>};
#endif
