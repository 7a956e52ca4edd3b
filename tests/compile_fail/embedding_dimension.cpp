// SPDX-License-Identifier: MIT
// expect: give this layer whole numbers from 0 on, e.g. dense<64>
// expect: at_layer<1>
// expect: written::embedding<10>
// expect: shape<4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::embedding<10> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<4> >> ep::embedding<10, 8> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
