// SPDX-License-Identifier: MIT
// expect: stands where a layer belongs
// expect: at_layer<2>
// expect: softmax_cross_entropy
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<4> >> ep::dense<3> >> ep::softmax_cross_entropy;
#else
constexpr auto network = ep::input<4> >> ep::dense<3>;
#endif

using Net = ep::network_t<network>;
