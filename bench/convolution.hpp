// SPDX-License-Identifier: MIT
#pragma once

#include "contender.hpp"

namespace bench {

/// Workloads on images, apart from the others in each contender that has them.
runner* prepare_convolution(const workload& of, const problem& data);

}  // namespace bench
