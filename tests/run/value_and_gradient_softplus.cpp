// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: softplus", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::softplus>(7);
}
