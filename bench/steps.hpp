// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

/// What a peer leaves to its user: loops that the compiler can vectorise, as a careful user would write them.
namespace bench {

/// delta = the gradient of the mean square of z − y; → the mean square. In sixteen partial sums.
inline float mean_squared(const float* z, const float* y, float* __restrict delta, std::size_t size) {
    constexpr std::size_t parts = 16;
    const float scale = 1 / static_cast<float>(size);
    float sums[parts] = {};
    std::size_t i = 0;
    for (; i + parts <= size; i += parts)
        for (std::size_t k = 0; k < parts; ++k) {
            const float difference = z[i + k] - y[i + k];
            sums[k] += difference * difference;
            delta[i + k] = 2 * scale * difference;
        }
    float sum = 0;
    for (; i < size; ++i) {
        const float difference = z[i] - y[i];
        sum += difference * difference;
        delta[i] = 2 * scale * difference;
    }
    for (const float each : sums) sum += each;
    return sum * scale;
}

inline void descend(float* __restrict p, const float* __restrict g, std::size_t size, float rate) {
    for (std::size_t i = 0; i < size; ++i) p[i] -= rate * g[i];
}

}  // namespace bench
