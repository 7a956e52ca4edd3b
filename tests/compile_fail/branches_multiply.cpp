// SPDX-License-Identifier: MIT
// expect: residual, add and multiply join one shape
// expect: at_layer<4>
// expect: layer::join<
// expect: layer::joint::multiply
// expect: receives<
// expect: shape<16>
// expect: shape<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto gate = ep::multiply(ep::dense<16>, ep::dense<1> >> ep::sigmoid);
#else
constexpr auto gate = ep::multiply(ep::dense<16>, ep::dense<16> >> ep::sigmoid);
#endif
constexpr auto network = ep::input<4> >> gate >> ep::dense<2>;

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
