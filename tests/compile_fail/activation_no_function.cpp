// SPDX-License-Identifier: MIT
// expect: an activation is a lambda
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto odd = ep::activation(3.0);
#else
constexpr auto odd = ep::activation([](auto z) { return 3.0 * z; });
#endif
