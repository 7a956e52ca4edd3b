// SPDX-License-Identifier: MIT
// expect-g++: missing template arguments
// expect-clang: requires template arguments
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense >> ep::relu;
#else
constexpr auto network = ep::input<4> >> ep::dense<8> >> ep::relu;
#endif
