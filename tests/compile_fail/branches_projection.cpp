// SPDX-License-Identifier: MIT
// expect: residual, add and multiply join one shape
// expect: at_layer<5>
// expect: layer::join<
// expect: layer::joint::residual
// expect: receives<
// expect: shape<16, 4, 4>
// expect: shape<16, 8, 8>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto projection = ep::conv2d<16, 1>;
#else
constexpr auto projection = ep::conv2d<16, 1, ep::stride<2>>;
#endif
constexpr auto block = ep::conv2d<16, 3, ep::same, ep::stride<2>> >> ep::relu >> ep::conv2d<16, 3, ep::same>;
constexpr auto network = ep::input<8, 8, 8> >> ep::residual(block, projection) >> ep::flatten >> ep::dense<2>;

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
