// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: gelu in its tanh form", Scalar, float, double) {
    network_vectors::check_activation<Scalar, espalier::gelu_tanh>(10);
}
