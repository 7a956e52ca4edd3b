// SPDX-License-Identifier: MIT
// expect: huber
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
using Loss = ep::losses::huber<0.0>;
#else
using Loss = ep::losses::huber<0.5>;
#endif
