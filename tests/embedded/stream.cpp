// SPDX-License-Identifier: MIT
// A stream without heap, exceptions and run-time types: check.sh compiles it.
#include <espalier/inference.hpp>

namespace ep = espalier;

constexpr auto filter = ep::input<1, 64> >> ep::conv1d<4, 3> >> ep::relu >> ep::conv1d<1, 3, ep::dilation<2>>;
using Filter = ep::network_t<filter>;
using live = ep::stream<Filter, float, ep::storage::in_place<std::byte, ep::stream<Filter>::bytes>>;

float last_of(const float (&sound)[8], const float* weights) {
    live filter_now(weights);
    float y = 0;
    for (const float x : sound) y = filter_now.step(x);
    return y;
}
