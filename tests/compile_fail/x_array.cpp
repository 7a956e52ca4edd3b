// SPDX-License-Identifier: MIT
// expect: x is one sample
// expect: shape<3>
// expect: shape<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;
auto score(const ep::parameters<Net>& parameters) {
#ifdef WRONG
    return ep::predict(parameters, std::array{1.0f, 2.0f, 3.0f});
#else
    return ep::predict(parameters, std::array{1.0f, 2.0f});
#endif
}
