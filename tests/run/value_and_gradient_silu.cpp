// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: selu", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::selu>(4);
}

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: silu", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::silu>(8);
}
