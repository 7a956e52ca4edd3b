// SPDX-License-Identifier: MIT
#include "laws.hpp"

namespace ep = espalier;
using laws::obeys_laws;

// What holds beside tests/layer/batch_norm.cpp: a prediction does not depend on its company, the batch's gradients are
// those of finite differences through the batch's statistics, and nothing writes where it should not.
TEST_CASE_TEMPLATE("batch_norm first, fused with an activation, of channels and of features, and last", Scalar, float,
                   double) {
    constexpr auto net = ep::input<3, 2> >> ep::batch_norm<> >> ep::tanh >> ep::flatten >> ep::dense<5, ep::no_bias> >>
                         ep::batch_norm<ep::epsilon(1e-3)> >> ep::silu >> ep::dense<4> >> ep::batch_norm<ep::no_affine>;
    obeys_laws<ep::network_t<net>, Scalar>(ep::mse);
}

TEST_CASE("a frozen batch_norm normalises by its running statistics in training too") {
    constexpr auto net = ep::input<6> >> ep::dense<5> >> ep::frozen(ep::batch_norm<>) >> ep::relu >> ep::dense<3>;
    obeys_laws<ep::network_t<net>, double>(ep::mse);
}
