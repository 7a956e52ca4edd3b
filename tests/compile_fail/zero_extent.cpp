// SPDX-License-Identifier: MIT
// expect: every extent is at least 1
// expect: at_layer<0>
// expect: layer::input<4, 0>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4, 0> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<4, 1> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
