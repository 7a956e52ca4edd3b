// SPDX-License-Identifier: MIT
// expect: x is one sample
// expect: shape<4>
// expect: shape<2>
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;
auto score(const ep::parameters<Net>& parameters) {
#ifdef WRONG
    const std::array x{1.0f, 2.0f, 3.0f, 4.0f};
    return ep::predict(parameters, std::span(x));
#else
    const std::array x{1.0f, 2.0f, 3.0f, 4.0f};
    return ep::predict(parameters, std::span(x).first<2>());
#endif
}
