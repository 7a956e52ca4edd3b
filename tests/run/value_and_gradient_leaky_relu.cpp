// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: leaky_relu with slope 0.01", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::leaky_relu<0.01>>(2);
}

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: leaky_relu with slope 0.2", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::leaky_relu<0.2>>(14);
}
