// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: sigmoid", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::sigmoid>(5);
}

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: tanh", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::tanh>(6);
}
