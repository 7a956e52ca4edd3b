// SPDX-License-Identifier: MIT
// expect: dense takes a flat input: put flatten before it
// expect: at_layer<3>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

constexpr auto features = ep::input<1, 28, 28> >> ep::conv2d<6, 5> >> ep::relu;
#ifdef WRONG
constexpr auto image = features >> ep::dense<120>;
#else
constexpr auto image = features >> ep::flatten >> ep::dense<120>;
#endif
const ep::trainer trainer{image >> ep::relu >> ep::dense<84> >> ep::relu >> ep::dense<10>, ep::softmax_cross_entropy,
                          ep::adam{}, ep::batch<8>};
