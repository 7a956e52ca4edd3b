// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <type_traits>

#include <espalier/core/simd.hpp>

/// The register tile on which all matrix products of a dense layer run, and the cost model that sizes it.
namespace espalier::kernel {

/// Bytes that a product may expect to keep in the first- and in the second-level cache.
inline constexpr std::size_t near_cache = 16 * 1024;
inline constexpr std::size_t far_cache = 512 * 1024;

/// Vectors that hold `rows` samples.
template <class Scalar>
constexpr std::size_t vectors_for(std::size_t rows) {
    return (rows + simd_width<Scalar> - 1) / simd_width<Scalar>;
}

/// Rows of the tallest tile of `vectors` columns: the sums, the shared vectors and one broadcast fill the registers.
constexpr std::size_t tallest_tile(std::size_t vectors) {
    return (simd_registers - 1 - vectors) / vectors;
}

/// Two multiply-adds a cycle with a latency of four: fewer independent sums than this and the tile waits.
inline constexpr std::size_t sums_in_flight = 8;

/// Where a tile finds its operands: row r at step s is scalars[r * RowStride + s * ScalarStep], and its vectors
/// start at vectors[s * VectorStep].
template <std::size_t RowStride, std::size_t ScalarStep, std::size_t VectorStep>
struct operands {
    static constexpr std::size_t row_stride = RowStride, scalar_step = ScalarStep, vector_step = VectorStep;
};

template <class Scalar, std::size_t Rows, std::size_t Vectors>
using tile = std::array<simd<Scalar>, Rows * Vectors>;

namespace detail {

template <class Operands, std::size_t Rows, std::size_t Vectors, class Scalar>
ESPALIER_INLINE void outer_product(tile<Scalar, Rows, Vectors>& sums, const Scalar* scalars, const Scalar* vectors) {
    std::array<simd<Scalar>, Vectors> shared;
    unroll<Vectors>([&](auto v) ESPALIER_INLINE_LAMBDA {
        shared[v] = load(vectors + v * simd_width<Scalar>);
        if constexpr (Rows > 1) keep_in_register(shared[v]);
    });
    unroll<Rows>([&](auto row) ESPALIER_INLINE_LAMBDA {
        simd<Scalar> factor(scalars[row * Operands::row_stride]);
        if constexpr (Vectors > 1) keep_in_register(factor);
        unroll<Vectors>([&](auto v) ESPALIER_INLINE_LAMBDA {
            auto& sum = sums[row * Vectors + v];
            sum = xsimd::fma(factor, shared[v], sum);
        });
    });
}

}  // namespace detail

/// sums[row][v] += the sum over `steps` of scalar(row, step) * vector(step, v). A tile with few sums keeps several
/// partial ones, so that consecutive steps do not wait for each other.
template <class Operands, std::size_t Rows, std::size_t Vectors, class Scalar>
ESPALIER_INLINE void multiply_add(tile<Scalar, Rows, Vectors>& sums, const Scalar* scalars, const Scalar* vectors,
                                  std::size_t steps) {
    constexpr std::size_t chains = std::clamp<std::size_t>(sums_in_flight / (Rows * Vectors), 1, 4);
    std::array<tile<Scalar, Rows, Vectors>, chains> partial;
    partial[0] = sums;
    unroll<chains - 1>([&](auto chain) ESPALIER_INLINE_LAMBDA { partial[chain + 1].fill(simd<Scalar>(Scalar{})); });
    for (; steps >= chains; steps -= chains) {
        unroll<chains>([&](auto chain) ESPALIER_INLINE_LAMBDA {
            detail::outer_product<Operands, Rows, Vectors>(partial[chain], scalars + chain * Operands::scalar_step,
                                                           vectors + chain * Operands::vector_step);
        });
        scalars += chains * Operands::scalar_step;
        vectors += chains * Operands::vector_step;
    }
    if constexpr (chains > 1) {
        for (; steps != 0; --steps) {
            detail::outer_product<Operands, Rows, Vectors>(partial[0], scalars, vectors);
            scalars += Operands::scalar_step;
            vectors += Operands::vector_step;
        }
    }
    sums = partial[0];
    unroll<chains - 1>([&](auto chain) ESPALIER_INLINE_LAMBDA {
        unroll<Rows * Vectors>([&](auto i) ESPALIER_INLINE_LAMBDA { sums[i] += partial[chain + 1][i]; });
    });
}

/// Cuts Extent into as few parts of at most Largest as possible, all within one of each other, and calls
/// f(std::integral_constant size, std::size_t first) for each: no remainder is so small that its tile starves.
template <std::size_t Extent, std::size_t Largest, class Function>
ESPALIER_INLINE void for_each_part(Function&& f) {
    constexpr std::size_t parts = (Extent + Largest - 1) / Largest;
    constexpr std::size_t small = Extent / parts;
    constexpr std::size_t large_parts = Extent % parts;
    std::size_t first = 0;
    if constexpr (large_parts > 0)
        for (std::size_t part = 0; part < large_parts; ++part, first += small + 1)
            f(std::integral_constant<std::size_t, small + 1>{}, first);
    for (; first < Extent; first += small) f(std::integral_constant<std::size_t, small>{}, first);
}

/// Calls f(first) for windows of Size that cover Extent; the last is moved back to end with it, so that what two
/// windows share is computed twice instead of needing a narrower tile.
template <std::size_t Extent, std::size_t Size, class Function>
ESPALIER_INLINE void for_each_window(Function&& f) {
    static_assert(Size <= Extent);
    for (std::size_t first = 0; first < Extent; first += Size) f(std::min(first, Extent - Size));
}

/// Calls f(first_block, last_block) for runs of blocks whose `Features` features stay in the second-level cache.
template <class Scalar, std::size_t Features, class Function>
ESPALIER_INLINE void for_each_run(std::size_t rows, Function&& f) {
    constexpr std::size_t block_bytes = Features * block_lanes<Scalar> * sizeof(Scalar);
    constexpr std::size_t run = std::max<std::size_t>(far_cache / block_bytes, 1);
    const std::size_t blocks = blocks_for<Scalar>(rows);
    for (std::size_t first = 0; first < blocks; first += run) f(first, std::min(first + run, blocks));
}

/// One strip of a product whose vectors are the batch: for the blocks of a run, Rows features are started by
/// initial(row), summed over Steps features of `batch`, [block][Steps][lanes], and handed to
/// finish(block, row, vector, value). A last block that is at most half full gives one vector only.
template <class Operands, std::size_t Rows, std::size_t Steps, class Scalar, class Initial, class Finish>
ESPALIER_INLINE void multiply_strip(const Scalar* scalars, const Scalar* batch, std::size_t first_block,
                                    std::size_t last_block, std::size_t rows, Initial initial, Finish finish) {
    const auto block_of = [&](std::size_t block, auto vectors) ESPALIER_INLINE_LAMBDA {
        tile<Scalar, Rows, vectors> sums;
        unroll<Rows>([&](auto row) ESPALIER_INLINE_LAMBDA {
            unroll<vectors>([&](auto v) ESPALIER_INLINE_LAMBDA { sums[row * vectors + v] = initial(row); });
        });
        multiply_add<Operands, Rows, vectors>(sums, scalars, batch + block * Steps * block_lanes<Scalar>, Steps);
        unroll<Rows>([&](auto row) ESPALIER_INLINE_LAMBDA {
            unroll<vectors>(
                [&](auto v) ESPALIER_INLINE_LAMBDA { finish(block, row, v, sums[row * vectors + v]); });
        });
    };
    const std::size_t full_blocks = vectors_for<Scalar>(rows) / 2;
    for (std::size_t block = first_block; block < std::min(last_block, full_blocks); ++block)
        block_of(block, std::integral_constant<std::size_t, 2>{});
    if (full_blocks < last_block) block_of(full_blocks, std::integral_constant<std::size_t, 1>{});
}

}  // namespace espalier::kernel
