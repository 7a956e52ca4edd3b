// SPDX-License-Identifier: MIT
// expect: without std::
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::loss([](auto p, auto t) { return 2 * std::abs(p - t); });
#else
constexpr auto own = ep::loss([](auto p, auto t) { return 2 * abs(p - t); });
#endif
