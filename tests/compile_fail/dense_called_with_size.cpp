// SPDX-License-Identifier: MIT
// expect: dense
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense(4) >> ep::relu;
#else
constexpr auto network = ep::input<4> >> ep::dense<4> >> ep::relu;
#endif
