// SPDX-License-Identifier: MIT
// expect: the layers are too wide for a stream, whose steps lie on the stack: predict windows instead
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr std::size_t channels = 80'000;
#else
constexpr std::size_t channels = 8;
#endif
using Net = ep::network_t<(ep::input<1, 16> >> ep::conv1d<channels, 1> >> ep::relu >> ep::conv1d<1, 1>)>;

float last_of(const ep::parameters<Net>& parameters, float x) {
    ep::stream<Net> live(parameters);
    return live.step(x);
}
