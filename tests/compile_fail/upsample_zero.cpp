// SPDX-License-Identifier: MIT
// expect: upsample takes factors of at least 1, e.g. upsample<2>
// expect: at_layer<1>
// expect: upsample<0>
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto network = ep::input<3, 4> >> ep::upsample<0> >> ep::flatten >> ep::dense<2>;
#else
constexpr auto network = ep::input<3, 4> >> ep::upsample<2> >> ep::flatten >> ep::dense<2>;
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<network>, 64>::bytes;
