// SPDX-License-Identifier: MIT
// expect: give this layer whole numbers from 0 on, e.g. dense<64>
// expect: at_layer<1>
// expect: written::conv2d<-4, 3>
// expect: shape<1, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<-4, 3> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<1, 8, 8> >> ep::conv2d<4, 3> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
