// SPDX-License-Identifier: MIT
// expect-g++: narrowing conversion of
// expect-clang: cannot be narrowed
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<-1>;
#else
constexpr auto network = ep::input<4> >> ep::dense<1>;
#endif
