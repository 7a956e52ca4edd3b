// SPDX-License-Identifier: MIT
#include <cmath>
#include <iostream>

#include <espalier/espalier.hpp>

namespace ep = espalier;

int main() {
    constexpr auto topology = ep::input<4> >> ep::dense<8> >> ep::tanh >> ep::dense<2>;
    using Net = ep::network_t<topology>;
    static_assert(ep::output_shape<Net> == ep::shape<2>{});

    const auto parameters = ep::initialize<Net>(ep::seed{42});
    const xt::xtensor_fixed<float, xt::xshape<4>> x{1.0f, -1.0f, 0.5f, 2.0f};
    const auto y = ep::predict(parameters, x);
    std::cout << "consumer: " << y(0) << ' ' << y(1) << '\n';
    return std::isfinite(y(0)) && std::isfinite(y(1)) && y(0) != y(1) ? 0 : 1;
}
