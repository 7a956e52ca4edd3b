// SPDX-License-Identifier: MIT
// expect-g++: expected a type, got 'espalier::relu'
// expect-clang: template argument for template type parameter must be a type
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
ep::network<ep::layer::input<4>, ep::relu> network;
#else
ep::network<ep::layer::input<4>, ep::layer::relu> network;
#endif
