// SPDX-License-Identifier: MIT
// expect: concat joins shapes that agree but for the first extent
// expect: at_layer<4>
// expect: layer::join<
// expect: layer::joint::concat
// expect: receives<
// expect: shape<8, 7, 9>
// expect: shape<3, 9, 9>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto tower = ep::conv2d<8, 3, 1> >> ep::relu;
#else
constexpr auto tower = ep::conv2d<8, 3, 1, ep::same> >> ep::relu;
#endif
constexpr auto network = ep::input<3, 9, 9> >>
                         ep::concat(tower, ep::max_pool<3, ep::stride<1>, ep::padding<1>>) >> ep::flatten
                         >> ep::dense<2>;

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
