// SPDX-License-Identifier: MIT
// expect: dense takes a flat input
// expect: at_layer<1>
#include <espalier/espalier.hpp>

#include <espalier/declare.hpp>

namespace ep = espalier;

#ifdef WRONG
using Net = ep::network<ep::layer::input<1, 8, 8>, ep::layer::dense<3>>;
#else
using Net = ep::network<ep::layer::input<1, 8, 8>, ep::layer::flatten, ep::layer::dense<3>>;
#endif

#ifdef WRONG
ESPALIER_DECLARE(Net);
#else
ESPALIER_DECLARE(Net);
#endif
