// SPDX-License-Identifier: MIT
// expect: a stream gets one time step at a time, and this layer reads the whole window
// expect: at_layer<2>
// expect: layer_norm
// expect: shape<4, 14>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3> >> ep::layer_norm<>;
#else
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3> >> ep::batch_norm<>;
#endif
using Net = ep::network_t<network>;

float last_of(const ep::parameters<Net>& parameters, const std::array<float, ep::stream<Net>::inputs>& x) {
    ep::stream<Net> live(parameters);
    return live.step(x).back();
}
