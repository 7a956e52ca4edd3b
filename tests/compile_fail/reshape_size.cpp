// SPDX-License-Identifier: MIT
// expect: reshape keeps the number of elements: give it extents whose product is that of its input
// expect: at_layer<1>
// expect: layer::reshape<3, 5>
// expect: shape<16>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<16> >> ep::reshape<3, 5> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<16> >> ep::reshape<2, 8> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
