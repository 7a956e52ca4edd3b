// SPDX-License-Identifier: MIT
// expect: repeat<n>(part) takes n > 0
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::repeat<-1>(ep::dense<4>);
#else
constexpr auto network = ep::input<4> >> ep::repeat<2>(ep::dense<4>);
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
