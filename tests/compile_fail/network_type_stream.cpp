// SPDX-License-Identifier: MIT
// expect: a 1-D convolution takes [channels][length]: put reshape<channels, length> before it
// expect: at_layer<1>
// expect: layer::conv1d<3, 2>
// expect: shape<1, 8, 8>
#include <espalier/espalier.hpp>
#include <espalier/run/stream.hpp>

namespace ep = espalier;

#ifdef WRONG
using Net = ep::network<ep::layer::input<1, 8, 8>, ep::layer::conv1d<3, 2>>;
#else
using Net = ep::network<ep::layer::input<1, 8>, ep::layer::conv1d<3, 2>>;
#endif

constexpr std::size_t size = sizeof(ep::stream<Net>);
