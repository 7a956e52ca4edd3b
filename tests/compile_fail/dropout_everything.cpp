// SPDX-License-Identifier: MIT
// expect: dropout<p> takes a probability in [0, 1)
// expect: at_layer<1>
// expect: dropout<1
// expect: shape<4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dropout<1> >> ep::dense<2>;
#else
constexpr auto network = ep::input<4> >> ep::dropout<0> >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
