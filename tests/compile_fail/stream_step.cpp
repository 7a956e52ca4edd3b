// SPDX-License-Identifier: MIT
// expect: a step takes one scalar for each input channel
// expect: takes_channels<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto network = ep::input<2, 16> >> ep::conv1d<4, 3> >> ep::tanh;
using Net = ep::network_t<network>;

#ifdef WRONG
using column = std::array<float, 3>;
#else
using column = std::array<float, 2>;
#endif

auto step_of(ep::stream<Net>& live, const column& x) { return live.step(x); }
