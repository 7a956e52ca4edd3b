// SPDX-License-Identifier: MIT
// expect: a network begins with input<extents of one sample…>
// expect: at_layer<0>
// expect: layer::dense<10>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::dense<10> >> ep::relu >> ep::dense<2>;
#else
constexpr auto network = ep::input<64> >> ep::dense<10> >> ep::relu >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
