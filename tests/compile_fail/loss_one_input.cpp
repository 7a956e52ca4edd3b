// SPDX-License-Identifier: MIT
// expect: a loss is a lambda of prediction and target
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto odd = ep::loss([](auto p) { return p * p; });
#else
constexpr auto odd = ep::loss([](auto p, auto t) { return square(p - t); });
#endif
