// SPDX-License-Identifier: MIT
// expect: max_pool keeps a byte an element: its window has at most 256 elements
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 32, 32> >> ep::max_pool<17>;
#else
constexpr auto network = ep::input<3, 32, 32> >> ep::max_pool<16>;
#endif

using Net = ep::network_t<network>;
constexpr auto output = ep::output_shape<Net>;
