// SPDX-License-Identifier: MIT
// expect: without std::
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto own = ep::activation([](auto z, auto p) { return p * std::tanh(z); }, ep::learned<0.5>);
#else
constexpr auto own = ep::activation([](auto z, auto p) { return p * tanh(z); }, ep::learned<0.5>);
#endif
