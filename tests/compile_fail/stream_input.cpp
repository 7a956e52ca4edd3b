// SPDX-License-Identifier: MIT
// expect: a stream is of a network that takes input<channels, length>
// expect: at_layer<0>
// expect: input<16>
// expect: shape<16>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<16> >> ep::dense<4>;
#else
constexpr auto network = ep::input<16, 1> >> ep::conv1d<4, 1>;
#endif
using Net = ep::network_t<network>;

float last_of(const ep::parameters<Net>& parameters, const std::array<float, ep::stream<Net>::inputs>& x) {
    ep::stream<Net> live(parameters);
    return live.step(x).back();
}
