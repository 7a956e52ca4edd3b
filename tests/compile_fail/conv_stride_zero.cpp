// SPDX-License-Identifier: MIT
// expect: a convolution takes channels, kernel, stride, padding or same, dilation, groups
// expect: at_layer<1>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4, 8> >> ep::conv1d<8, 3, ep::stride<0>> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<4, 8> >> ep::conv1d<8, 3, ep::stride<2>> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
