// SPDX-License-Identifier: MIT
// expect: the starts of learned parameters are numbers: learned<0.25>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z, auto p) { return p * z; }, 0.5);
#else
constexpr auto own = ep::activation([](auto z, auto p) { return p * z; }, ep::learned<0.5>);
#endif
