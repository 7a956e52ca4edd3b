// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

namespace {

constexpr auto swish = ep::activation([](auto z, auto p) { return z * sigmoid(p * z); }, ep::learned<1.0>);
constexpr auto line =
    ep::activation([](auto z, auto p, auto q) { return p * z + q; }, ep::learned<0.5>, ep::learned<0.1>);

}  // namespace

TEST_CASE_TEMPLATE("learned parameters after the input, between layers and last", Scalar, float, double) {
    constexpr auto net = ep::input<6> >> line >> ep::dense<5> >> swish >> ep::prelu<> >> ep::dense<3> >> line;
    static_assert(ep::parameter_count<ep::network_t<net>> == 2 + (6 * 5 + 5) + 1 + 1 + (5 * 3 + 3) + 2);
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}
