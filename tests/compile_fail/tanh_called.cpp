// SPDX-License-Identifier: MIT
// expect: tanh
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return z * ep::tanh(z); });
#else
constexpr auto own = ep::activation([](auto z) { return z * tanh(z); });
#endif
