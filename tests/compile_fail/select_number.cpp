// SPDX-License-Identifier: MIT
// expect: select takes a condition first, e.g. select(z > 0, z, 0)
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto half = ep::activation([](auto z) { return select(z, z, 0); });
#else
constexpr auto half = ep::activation([](auto z) { return select(z >= 0, z, 0); });
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<(ep::input<4> >> ep::dense<2> >> half)>, 64>::bytes;
