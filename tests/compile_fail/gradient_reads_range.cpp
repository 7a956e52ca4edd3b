// SPDX-License-Identifier: MIT
// quoted: throw "the network has fewer weighted layers than that"
#include <espalier/espalier.hpp>

namespace ep = espalier;
using namespace ep::symbols;

using Digits = ep::network_t<(ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>)>;

#ifdef WRONG
static_assert(ep::gradient_reads<Digits>(W<3>).contains(a<2>));
#else
static_assert(ep::gradient_reads<Digits>(W<2>).contains(a<1>));
#endif
