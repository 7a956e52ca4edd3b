// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: hard_sigmoid", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::hard_sigmoid>(12);
}

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: hard_swish", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::hard_swish>(13);
}
