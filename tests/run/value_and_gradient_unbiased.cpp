// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

namespace ep = espalier;

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: no biases, relu, whose derivative is read off a", Scalar, float,
                   double) {
    network_vectors::check_activation<Scalar, ep::relu, ep::no_bias>(1);
}

TEST_CASE("losses and gradients are PyTorch's: no biases, silu, whose derivative reads z") {
    network_vectors::check_activation<double, ep::silu, ep::no_bias>(8);
}
