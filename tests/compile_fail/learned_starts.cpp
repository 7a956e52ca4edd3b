// SPDX-License-Identifier: MIT
// expect: an activation takes one learned<start> for each parameter after z
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto slope = ep::activation([](auto z, auto p) { return select(z > 0, z, p * z); });
#else
constexpr auto slope = ep::activation([](auto z, auto p) { return select(z > 0, z, p * z); }, ep::learned<0.25>);
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<(ep::input<4> >> ep::dense<2> >> slope)>, 64>::bytes;
