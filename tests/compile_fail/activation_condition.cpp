// SPDX-License-Identifier: MIT
// expect: an activation returns an expression
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return z > 0 ? z : 0 * z; });
#else
constexpr auto own = ep::activation([](auto z) { return select(z > 0, z, 0 * z); });
#endif
