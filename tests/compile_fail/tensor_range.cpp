// SPDX-License-Identifier: MIT
// expect: the network has fewer parameter tensors than that
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

#ifdef WRONG
constexpr std::size_t number = 9;
#else
constexpr std::size_t number = 3;
#endif

auto weight(ep::parameters<Net>& parameters) { return parameters.tensor<number>(); }
