// SPDX-License-Identifier: MIT
// expect-g++: expected primary-expression
// expect-clang: function-style cast
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::layer::relu;
#else
constexpr auto network = ep::input<4> >> ep::relu;
#endif
