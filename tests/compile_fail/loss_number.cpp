// SPDX-License-Identifier: MIT
// expect: a loss returns an expression of prediction and target
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto odd = ep::loss([](auto, auto) { return 1.0; });
#else
constexpr auto odd = ep::loss([](auto p, auto t) { return 1.0 * abs(p - t); });
#endif
