// SPDX-License-Identifier: MIT
// expect: dense takes a flat input: put flatten before it
// expect: at_layer<2>
// expect: layer::dense<10>
// expect: shape<1, 28, 28>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<1, 28, 28> >> ep::relu >> ep::dense<10> >> ep::relu >> ep::dense<2>;
#else
constexpr auto network = ep::input<1, 28, 28> >> ep::relu >> ep::flatten >> ep::dense<10> >> ep::relu >> ep::dense<2>;
#endif

// Whatever is asked for first, and however much of it: the mistake is reported once.
using Net = ep::network_t<network>;
constexpr std::size_t size = ep::parameter_size<Net, float>;
constexpr auto output = ep::output_shape<Net>;
constexpr std::size_t bytes = ep::plan<Net, 64>::bytes + ep::plan<Net, 128>::bytes;
