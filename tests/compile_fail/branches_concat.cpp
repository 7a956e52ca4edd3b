// SPDX-License-Identifier: MIT
// expect: concat joins shapes that agree but for the first extent
// expect: at_layer<2>
// expect: layer::join<
// expect: shape<3, 6, 6>
// expect: shape<3, 36>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 6, 6> >> ep::concat(ep::identity, ep::reshape<3, 36>);
#else
constexpr auto network = ep::input<3, 6, 6> >> ep::concat(ep::identity, ep::reshape<4, 27> >> ep::reshape<3, 6, 6>);
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
