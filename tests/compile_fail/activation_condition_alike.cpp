// SPDX-License-Identifier: MIT
// expect: select(z > 0, a, b)
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return z > 0 ? 2 * z : 3 * z; });
#else
constexpr auto own = ep::activation([](auto z) { return select(z > 0, 2 * z, 3 * z); });
#endif
