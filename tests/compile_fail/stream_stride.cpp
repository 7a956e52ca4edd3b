// SPDX-License-Identifier: MIT
// expect: a stream gives a step for each that it gets: stride<1>
// expect: at_layer<1>
// expect: conv1d<4, 3
// expect: shape<1, 16>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3, ep::stride<2>> >> ep::relu;
#else
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3, ep::dilation<2>> >> ep::relu;
#endif
using Net = ep::network_t<network>;

float last_of(const ep::parameters<Net>& parameters, const std::array<float, ep::stream<Net>::inputs>& x) {
    ep::stream<Net> live(parameters);
    return live.step(x).back();
}
