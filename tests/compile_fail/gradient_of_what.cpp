// SPDX-License-Identifier: MIT
// quoted: throw "gradient_reads takes W, b, z, delta or a"
#include <espalier/espalier.hpp>

namespace ep = espalier;
using namespace ep::symbols;

using Digits = ep::network_t<(ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>)>;

#ifdef WRONG
static_assert(ep::gradient_reads<Digits>(y).size() > 0);
#else
static_assert(ep::gradient_reads<Digits>(W<1>).size() > 0);
#endif
