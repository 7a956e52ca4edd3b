// SPDX-License-Identifier: MIT
// expect: residual, add and multiply join one shape
// expect: at_layer<4>
// expect: layer::join<
// expect: layer::joint::add
// expect: receives<
// expect: shape<8, 9, 9>
// expect: shape<8, 7, 7>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto sum = ep::add(ep::conv2d<8, 3, ep::same> >> ep::relu, ep::conv2d<8, 3>);
#else
constexpr auto sum = ep::add(ep::conv2d<8, 3, ep::same> >> ep::relu, ep::conv2d<8, 3, ep::same>);
#endif
constexpr auto network = ep::input<3, 9, 9> >> sum >> ep::flatten >> ep::dense<2>;

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
