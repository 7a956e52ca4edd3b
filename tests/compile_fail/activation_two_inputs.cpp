// SPDX-License-Identifier: MIT
// expect: an activation takes one learned<start> for each parameter after z
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto odd = ep::activation([](auto z, auto x) { return z * x; });
#else
constexpr auto odd = ep::activation([](auto z) { return z * z; });
#endif
