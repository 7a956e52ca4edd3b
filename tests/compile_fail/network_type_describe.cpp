// SPDX-License-Identifier: MIT
// expect: dense takes a flat input: put flatten before it
// expect: at_layer<1>
// expect: layer::dense<3>
// expect: shape<1, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
using Net = ep::network<ep::layer::input<1, 8, 8>, ep::layer::dense<3>>;
#else
using Net = ep::network<ep::layer::input<1, 8, 8>, ep::layer::flatten, ep::layer::dense<3>>;
#endif

const std::string text = ep::describe<Net, 8>();
