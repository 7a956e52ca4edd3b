// SPDX-License-Identifier: MIT
// expect: huber takes
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto loss = ep::huber<ep::relu>;
#else
constexpr auto loss = ep::huber<1>;
#endif
