// SPDX-License-Identifier: MIT
// expect: a sample has at most 6 extents
// expect: at_layer<0>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 2, 3, 4, 5, 6, 7> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<1, 2, 3, 4, 5, 6> >> ep::flatten >> ep::dense<2>;
#endif

using Net = ep::network_t<network>;
