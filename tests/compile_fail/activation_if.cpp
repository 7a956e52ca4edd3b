// SPDX-License-Identifier: MIT
// expect: select(z > 0, a, b)
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) {
    if (z > 0) return 1.0 * z;
    return 0.1 * z;
});
#else
constexpr auto own = ep::activation([](auto z) { return select(z > 0, 1.0 * z, 0.1 * z); });
#endif
