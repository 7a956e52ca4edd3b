// SPDX-License-Identifier: MIT
// expect: embedding<count, dimension> takes a count from 1 to 2^24 and a dimension from 1 on
// expect: at_layer<1>
// expect: embedding<0, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::embedding<0, 8> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<4> >> ep::embedding<10, 8> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
