// SPDX-License-Identifier: MIT
// expect: a pool takes window extents, stride<…>, same or padding<less than the window>
// expect: at_layer<1>
// expect: max_pool<-2>
// expect: shape<1, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 8, 8> >> ep::max_pool<-2> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<1, 8, 8> >> ep::max_pool<2> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
