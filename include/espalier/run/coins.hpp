// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include <espalier/core/random.hpp>

namespace espalier {

/// Whose coins a training step with dropout tosses: the same seed and step give the same masks, whatever the
/// scalar, the vector width and the number of threads.
struct coins {
    seed from{0};
    std::uint64_t step = 0;
    std::size_t first_row = 0;  // of this batch within a larger one that was split
};

namespace detail {

using coin_key = std::array<std::uint32_t, 2>;

/// The key of one layer's coins in one step.
inline coin_key key_of(const coins& tossed, std::uint32_t stage, std::uint32_t number) {
    return threefry(random_stream(tossed.from, "dropout", tossed.step).key(), {stage, number});
}

}  // namespace detail
}  // namespace espalier
