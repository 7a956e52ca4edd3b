// SPDX-License-Identifier: MIT
// expect: dense takes a flat input: put flatten before it
// expect: at_layer<32>
// expect: layer::dense<10>
// expect: shape<4, 10>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto block = ep::dense<40> >> ep::relu >> ep::dense<30> >> ep::tanh >> ep::dense<40> >> ep::gelu;

#ifdef WRONG
constexpr auto reshaped = ep::reshape<4, 10>;
#else
constexpr auto reshaped = ep::reshape<4, 10> >> ep::flatten;
#endif

constexpr auto network = ep::input<28> >> ep::repeat<5>(block) >> reshaped >> ep::dense<10> >> block;
using Net = ep::network_t<network>;
constexpr std::size_t size = ep::parameter_size<Net, float>;
constexpr std::size_t bytes = ep::plan<Net, 64>::bytes;
