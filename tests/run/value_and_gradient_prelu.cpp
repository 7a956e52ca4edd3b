// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

TEST_CASE_TEMPLATE("losses and gradients are PyTorch's: a learned slope after each hidden layer", Scalar, float, double) {
    using net = espalier::network_t<network_vectors::between<espalier::prelu<0.25>>>;
    const network_vectors::expectation expected(network_vectors::expectation::learned_slopes{});
    CHECK(network_vectors::largest_difference_of_losses<net, Scalar>(expected, 0) < network_vectors::tolerance<Scalar>);
}
