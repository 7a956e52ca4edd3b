// SPDX-License-Identifier: MIT
// expect: residual, add and multiply join one shape
// expect: at_layer<5>
// expect: layer::join<
// expect: shape<7>
// expect: shape<6>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto block = ep::residual(ep::dense<8> >> ep::relu >> ep::dense<7>);
#else
constexpr auto block = ep::residual(ep::dense<8> >> ep::relu >> ep::dense<6>);
#endif
constexpr auto network = ep::input<4> >> ep::dense<6> >> block >> ep::dense<2>;

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
