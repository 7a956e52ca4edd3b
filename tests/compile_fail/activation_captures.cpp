// SPDX-License-Identifier: MIT
// expect: the lambda of an activation captures nothing: write numbers into it, or static constexpr ones
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto leaky([[maybe_unused]] double slope) {
#ifdef WRONG
    return ep::activation([slope](auto z) { return select(z > 0, z, slope * z); });
#else
    return ep::activation([](auto z) { return select(z > 0, z, 0.5 * z); });
#endif
}

constexpr auto at = leaky(0.5);
