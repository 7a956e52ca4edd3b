// SPDX-License-Identifier: MIT
// expect: a loss returns an expression
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::loss([](auto p, auto t) { return p > t ? p - t : 2 * (t - p); });
#else
constexpr auto own = ep::loss([](auto p, auto t) { return select(p > t, p - t, 2 * (t - p)); });
#endif
