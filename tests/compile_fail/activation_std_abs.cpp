// SPDX-License-Identifier: MIT
// expect: an activation returns an expression
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return std::abs(z); });
#else
constexpr auto own = ep::activation([](auto z) { return abs(z); });
#endif
