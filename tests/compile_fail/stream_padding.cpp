// SPDX-License-Identifier: MIT
// expect: a stream begins with the first time step: padding<n, 0> with n up to (kernel - 1) * dilation
// expect: at_layer<1>
// expect: conv1d<4, 3
// expect: shape<1, 16>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3, ep::padding<4, 0>> >> ep::relu;
#else
constexpr auto network = ep::input<1, 16> >> ep::conv1d<4, 3, ep::padding<1, 0>> >> ep::relu;
#endif
using Net = ep::network_t<network>;

float last_of(const ep::parameters<Net>& parameters, const std::array<float, ep::stream<Net>::inputs>& x) {
    ep::stream<Net> live(parameters);
    return live.step(x).back();
}
