// SPDX-License-Identifier: MIT
// expect: select(z > 0, a, b)
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return z * (z == 0); });
#else
constexpr auto own = ep::activation([](auto z) { return z * (z >= 0); });
#endif
