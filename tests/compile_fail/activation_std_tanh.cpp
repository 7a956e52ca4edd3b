// SPDX-License-Identifier: MIT
// expect: without std::
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z) { return z * std::tanh(z); });
#else
constexpr auto own = ep::activation([](auto z) { return z * tanh(z); });
#endif
