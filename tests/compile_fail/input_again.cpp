// SPDX-License-Identifier: MIT
// expect: an input<…> inside a network states the shape that arrives there, and another one arrives
// expect: at_layer<2>
// expect: layer::input<64>
// expect: shape<32>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto head = ep::input<64> >> ep::dense<10>;
#ifdef WRONG
constexpr auto network = ep::input<8> >> ep::dense<32> >> head;
#else
constexpr auto network = ep::input<8> >> ep::dense<64> >> head;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
