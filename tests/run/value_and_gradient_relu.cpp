// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: identity", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::identity>(0);
}

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: relu", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::relu>(1);
}
