// SPDX-License-Identifier: MIT
#include "network_vectors.hpp"

using network_vectors::check_activation;

TEST_CASE("gradients are PyTorch's: identity") { check_activation<espalier::identity>(0); }
TEST_CASE("gradients are PyTorch's: relu") { check_activation<espalier::relu>(1); }
