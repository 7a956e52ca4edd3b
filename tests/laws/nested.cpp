// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

TEST_CASE_TEMPLATE("a part repeated, each time with parameters of its own", Scalar, float, double) {
    constexpr auto net = ep::input<7> >> ep::repeat<3>(ep::dense<6> >> ep::elu<>) >> ep::dense<2>;
    static_assert(ep::parameter_count<ep::network_t<net>> == 7 * 6 + 6 + 2 * (6 * 6 + 6) + 6 * 2 + 2);
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE_TEMPLATE("networks within networks", Scalar, float, double) {
    namespace layer = ep::layer;
    using part = ep::network<layer::dense<5>, layer::hard_swish>;
    using net = ep::network<layer::input<4>, part, ep::network<part, layer::input<5>, ep::network<layer::dense<3>>>>;
    obeys_laws<net, Scalar>(ep::binary_cross_entropy);
}
