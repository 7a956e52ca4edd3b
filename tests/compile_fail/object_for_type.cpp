// SPDX-License-Identifier: MIT
// expect-g++: expected a type, got
// expect-clang: must be a type
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
using Net = ep::network<ep::layer::input<4>, ep::layer::dense<2>, ep::relu>;
#else
using Net = ep::network<ep::layer::input<4>, ep::layer::dense<2>, ep::layer::relu>;
#endif
