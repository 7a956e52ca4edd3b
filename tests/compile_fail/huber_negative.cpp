// SPDX-License-Identifier: MIT
// expect: huber
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto loss = ep::huber<-1.0>;
#else
constexpr auto loss = ep::huber<1.0>;
#endif
