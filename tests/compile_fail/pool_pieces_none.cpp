// SPDX-License-Identifier: MIT
// expect: an adaptive pool's extents divide those of its input
// expect: at_layer<1>
// expect: adaptive_average_pool<0>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4, 8, 8> >> ep::adaptive_average_pool<0> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<4, 8, 8> >> ep::adaptive_average_pool<2> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
