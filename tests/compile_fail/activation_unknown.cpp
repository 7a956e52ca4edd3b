// SPDX-License-Identifier: MIT
// expect: wobble
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto odd = ep::activation([](auto z) { return z * wobble(z); });
#else
constexpr auto odd = ep::activation([](auto z) { return z * tanh(z); });
#endif
