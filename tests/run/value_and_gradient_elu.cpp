// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: elu with alpha 1", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::elu<1.0>>(3);
}

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: elu with alpha 0.5", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::elu<0.5>>(15);
}
