// SPDX-License-Identifier: MIT
// expect: many samples are an xtensor container or a std::span
#include <espalier/espalier.hpp>

namespace ep = espalier;

constexpr auto net = ep::input<2> >> ep::dense<4> >> ep::relu >> ep::dense<1>;
using Net = ep::network_t<net>;

void use(const ep::parameters<Net>& parameters, const std::vector<float>& x) {
#ifdef WRONG
    const auto y = ep::predict_rows(parameters, x);
#else
    const auto y = ep::predict_rows(parameters, std::span(x));
#endif
}
