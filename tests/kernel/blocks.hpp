// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include <espalier/kernel/tile.hpp>

/// What the kernel tests share: buffers of exact size, reproducible values, and batches in the layout of the library.
namespace blocks {

template <class Scalar>
inline constexpr std::size_t width = espalier::simd_width<Scalar>;

/// Batch sizes around the edges of a vector, of a block, and of the panel over which a gradient is accumulated.
template <class Scalar>
std::vector<std::size_t> batch_sizes() {
    constexpr std::size_t lanes = espalier::block_lanes<Scalar>;
    return {1, width<Scalar>, lanes - 1, lanes, lanes + 1, 3 * lanes + 5, 9 * lanes + 3};
}

template <class Scalar>
constexpr Scalar poison = std::numeric_limits<Scalar>::quiet_NaN();

/// `count` scalars in [−1, 1), the same for the same seed.
template <class Scalar>
std::vector<Scalar> values(std::size_t count, std::uint32_t seed) {
    std::vector<Scalar> result(count);
    for (auto& value : result) {
        seed = seed * 1664525u + 1013904223u;
        value = static_cast<Scalar>(seed >> 8) / Scalar(1 << 23) - Scalar(1);
    }
    return result;
}

/// Samples for which vectors are walked; what lies past them in the last block is never read.
template <class Scalar>
std::size_t walked(std::size_t rows) {
    return espalier::kernel::vectors_for<Scalar>(rows) * width<Scalar>;
}

template <class Scalar>
std::size_t at(std::size_t sample, std::size_t feature, std::size_t features) {
    constexpr std::size_t lanes = espalier::block_lanes<Scalar>;
    return (sample / lanes * features + feature) * lanes + sample % lanes;
}

enum class padding { repeats_last_row, zero };

/// x [rows][features] as [block][feature][lanes], of exact size; lanes that are never read hold NaN.
template <class Scalar>
std::vector<Scalar> packed(const std::vector<Scalar>& x, std::size_t rows, std::size_t features, padding pad) {
    const std::size_t samples = espalier::blocks_for<Scalar>(rows) * espalier::block_lanes<Scalar>;
    std::vector<Scalar> result(samples * features, poison<Scalar>);
    for (std::size_t sample = 0; sample < walked<Scalar>(rows); ++sample)
        for (std::size_t i = 0; i < features; ++i)
            result[at<Scalar>(sample, i, features)] = sample < rows          ? x[sample * features + i]
                                                      : pad == padding::zero ? Scalar{}
                                                                             : x[(rows - 1) * features + i];
    return result;
}

/// Largest difference of sums of `terms` products of values below one from what they should be.
template <class Scalar>
struct largest_difference {
    std::size_t terms;
    double value = 0;

    void compare(Scalar found, double expected) {
        const double difference = std::abs(static_cast<double>(found) - expected);
        value = std::isnan(difference) ? std::numeric_limits<double>::infinity() : std::max(value, difference);
    }
    /// Each addition of n errs by half a unit in the last place of a partial sum, which is about sqrt(n) or less; the
    /// errors have random signs: n units is a few times what they come to.
    bool is_rounding() const { return value < double(terms + 1) * std::numeric_limits<Scalar>::epsilon(); }
};

/// The epilogue of the batch products: stores, and counts how often each vector is given.
template <class Scalar, std::size_t Features>
struct recorder {
    std::vector<Scalar> blocks;
    std::vector<int> calls;

    explicit recorder(std::size_t rows)
        : blocks(espalier::blocks_for<Scalar>(rows) * espalier::block_lanes<Scalar> * Features, poison<Scalar>),
          calls(blocks.size() / width<Scalar>) {}

    ESPALIER_INLINE void operator()(std::size_t block, std::size_t feature, std::size_t of_block,
                                    const espalier::simd<Scalar>& value) {
        const std::size_t vector = (block * Features + feature) * 2 + of_block;
        ++calls[vector];
        espalier::store(blocks.data() + vector * width<Scalar>, value);
    }

    /// Each vector that holds samples came once, no other came.
    bool complete(std::size_t rows) const {
        for (std::size_t vector = 0; vector < calls.size(); ++vector) {
            const std::size_t sample = vector / (2 * Features) * 2 + vector % 2;
            if (calls[vector] != (sample < espalier::kernel::vectors_for<Scalar>(rows) ? 1 : 0)) return false;
        }
        return true;
    }
};

}  // namespace blocks
