// SPDX-License-Identifier: MIT
// expect: without std::
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return z + std::pow(z, 2); });
#else
constexpr auto own = ep::activation([](auto z) { return z + pow<2>(z); });
#endif
