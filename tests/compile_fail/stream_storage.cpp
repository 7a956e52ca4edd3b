// SPDX-License-Identifier: MIT
// expect: the storage holds what another stream keeps
#include <espalier/espalier.hpp>

namespace ep = espalier;

using Net = ep::network_t<(ep::input<1, 16> >> ep::conv1d<4, 3> >> ep::relu)>;
using Longer = ep::network_t<(ep::input<1, 16> >> ep::conv1d<4, 9> >> ep::relu)>;

#ifdef WRONG
using kept = ep::storage::in_place<std::byte, ep::stream<Net>::bytes>;
#else
using kept = ep::storage::in_place<std::byte, ep::stream<Longer>::bytes>;
#endif

float last_of(const float* parameters, const std::array<float, 1>& x) {
    ep::stream<Longer, float, kept> live(parameters);
    return live.step(x).back();
}
