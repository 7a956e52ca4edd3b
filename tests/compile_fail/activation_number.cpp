// SPDX-License-Identifier: MIT
// expect: an activation returns an expression of its argument
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto odd = ep::activation([](auto) { return 1.0; });
#else
constexpr auto odd = ep::activation([](auto z) { return 1.0 + z; });
#endif
