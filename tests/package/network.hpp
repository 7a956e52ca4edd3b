// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/espalier.hpp>

namespace ep = espalier;

inline constexpr auto topology = ep::input<4> >> ep::dense<8> >> ep::tanh >> ep::dense<2>;
using Net = ep::network_t<topology>;
inline const xt::xtensor_fixed<float, xt::xshape<4>> example{1.0f, -1.0f, 0.5f, 2.0f};

inline auto trained() { return ep::initialize<Net>(ep::seed{42}); }
