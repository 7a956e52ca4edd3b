// SPDX-License-Identifier: MIT
// expect: pad and crop take two numbers from 0 on for each axis, before and after, the last axis first
// expect: at_layer<1>
// expect: layer::pad<>
// expect: shape<4>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::pad<> >> ep::dense<2>;
#else
constexpr auto network = ep::input<4> >> ep::pad<1, 1> >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
