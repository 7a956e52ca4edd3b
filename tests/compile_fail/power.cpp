// SPDX-License-Identifier: MIT
// expect: an integer power is pow<n>(x); any other, of x > 0, is exp(y * log(x))
#include <espalier/espalier.hpp>

namespace ep = espalier;

#ifdef WRONG
constexpr auto quartic = ep::activation([](auto z) { return pow(z, 4); });
#else
constexpr auto quartic = ep::activation([](auto z) { return pow<4>(z); });
#endif

constexpr std::size_t bytes = ep::plan<ep::network_t<(ep::input<4> >> ep::dense<2> >> quartic)>, 64>::bytes;
