// SPDX-License-Identifier: MIT
// expect: a stream gets one time step at a time, and this layer reads the whole window
// expect: at_layer<3>
// expect: flatten
// expect: shape<4, 14>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3> >> ep::relu >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3> >> ep::relu >> ep::conv1d<2, 1>;
#endif
using Net = ep::network_t<network>;

float last_of(const ep::parameters<Net>& parameters, const std::array<float, ep::stream<Net>::inputs>& x) {
    ep::stream<Net> live(parameters);
    return live.step(x).back();
}
