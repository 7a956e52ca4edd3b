// SPDX-License-Identifier: MIT
// expect: groups divide the channels
// expect: at_layer<1>
// expect: layer::group_norm<3>
// expect: shape<8, 5, 5>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<8, 5, 5> >> ep::group_norm<3> >> ep::relu;
#else
constexpr auto network = ep::input<8, 5, 5> >> ep::group_norm<4> >> ep::relu;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
