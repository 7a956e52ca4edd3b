// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: a learned slope after each hidden layer", Scalar, float,
                   double) {
    using net = espalier::network_t<network_vectors::between<espalier::prelu<0.25>>>;
    network_vectors::check_network<net, Scalar, true>("network_prelu", 0);
}
