// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>

#include <espalier/core/simd.hpp>
#include <espalier/kernel/cost.hpp>

/// The register tile on which all matrix products of a dense layer run.
namespace espalier::kernel {

/// Where a tile finds its operands: row r at step s is scalars[r * RowStride + s * ScalarStep], and its vectors
/// start at vectors[s * VectorStep].
template <std::size_t RowStride, std::size_t ScalarStep, std::size_t VectorStep>
struct operands {
    static constexpr bool rows_vary = false;
    static constexpr std::size_t row_stride = RowStride, scalar_step = ScalarStep, vector_step = VectorStep;
};

/// The same with a distance that is known when the program runs: between the rows, or between the steps.
template <std::size_t ScalarStep, std::size_t VectorStep>
struct operands_by_rows {
    static constexpr bool rows_vary = true;
    std::size_t row_stride;
    static constexpr std::size_t scalar_step = ScalarStep, vector_step = VectorStep;
};
template <std::size_t RowStride, std::size_t VectorStep>
struct operands_by_steps {
    static constexpr bool rows_vary = false;
    static constexpr std::size_t row_stride = RowStride;
    std::size_t scalar_step;
    static constexpr std::size_t vector_step = VectorStep;
};

namespace detail {

/// Where the rows of a tile start. At a distance that the compiler knows, one pointer is enough; else one for four
/// rows, as many as the machine's addresses reach with the distance and three times the distance.
template <class Operands, class Scalar, std::size_t Rows>
struct tile_rows {
    static constexpr std::size_t together = Operands::rows_vary ? 4 : Rows;
    static constexpr std::size_t groups = (Rows + together - 1) / together;

    const Scalar* first[groups];
    Operands at;

    ESPALIER_INLINE tile_rows(const Scalar* scalars, const Operands& operands) : at(operands) {
        ESPALIER_UNROLL
        for (std::size_t group = 0; group < groups; ++group) first[group] = scalars + group * together * at.row_stride;
    }
    ESPALIER_INLINE Scalar operator[](std::size_t row) const {
        return first[row / together][row % together * at.row_stride];
    }
    ESPALIER_INLINE void step() {
        ESPALIER_UNROLL
        for (std::size_t group = 0; group < groups; ++group) first[group] += at.scalar_step;
    }
};

/// One step of a tile: sums[row][v] += factor(row) * vector v. The vectors stay in registers, the factors pass through
/// one; for a single row it is the other way round, since each vector is used once.
template <class Scalar, std::size_t Rows, std::size_t Vectors, class Factor>
ESPALIER_INLINE void multiply_step(simd<Scalar> (&sums)[Rows][Vectors], const Scalar* vectors, const Factor& factor) {
    simd<Scalar> shared[Vectors];
    if constexpr (Rows > 1) {
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) {
            simd<Scalar> vector = load(vectors + v * simd_width<Scalar>);
            keep_in_register(vector);
            shared[v] = vector;
        }
    }
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
        simd<Scalar> broadcast(factor(row));
        if constexpr (Vectors > 1) keep_in_register(broadcast);
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) {
            if constexpr (Rows == 1) shared[v] = load(vectors + v * simd_width<Scalar>);
            sums[row][v] = multiply_add(broadcast, shared[v], sums[row][v]);
        }
    }
}

}  // namespace detail

/// sums[row][v] += the sum over `steps` of scalar(row, step) * vector(step, v). A tile with few sums keeps several
/// partial ones, so that consecutive steps do not wait for each other.
template <class Operands, class Scalar, std::size_t Rows, std::size_t Vectors>
ESPALIER_INLINE void accumulate(simd<Scalar> (&sums)[Rows][Vectors], const Scalar* scalars, const Scalar* vectors,
                                std::size_t steps, const Operands& at = {}) {
    constexpr std::size_t chains = std::clamp<std::size_t>(sums_in_flight / (Rows * Vectors), 1, 4);
    simd<Scalar> partial[chains][Rows][Vectors];
    detail::tile_rows<Operands, Scalar, Rows> factors(scalars, at);
    const auto add_step = [&](std::size_t chain) ESPALIER_INLINE_LAMBDA {
        detail::multiply_step(partial[chain], vectors,
                              [&](std::size_t row) ESPALIER_INLINE_LAMBDA { return factors[row]; });
        factors.step();
        vectors += Operands::vector_step;
    };
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Rows * Vectors; ++i) {
        partial[0][i / Vectors][i % Vectors] = sums[i / Vectors][i % Vectors];
        ESPALIER_UNROLL
        for (std::size_t chain = 1; chain < chains; ++chain)
            partial[chain][i / Vectors][i % Vectors] = simd<Scalar>(Scalar{});
    }
    for (; steps >= chains; steps -= chains) {
        ESPALIER_UNROLL
        for (std::size_t chain = 0; chain < chains; ++chain) add_step(chain);
    }
    if constexpr (chains > 1)
        for (; steps != 0; --steps) add_step(0);
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < Rows * Vectors; ++i) {
        sums[i / Vectors][i % Vectors] = partial[0][i / Vectors][i % Vectors];
        ESPALIER_UNROLL
        for (std::size_t chain = 1; chain < chains; ++chain)
            sums[i / Vectors][i % Vectors] += partial[chain][i / Vectors][i % Vectors];
    }
}

/// Cuts Extent into as few parts of at most Largest as possible, all within one of each other, and calls
/// f(std::integral_constant size, std::size_t first) for each: no remainder is so small that its tile starves.
template <std::size_t Extent, std::size_t Largest, class Function>
ESPALIER_PART void for_each_part(Function&& f) {
    constexpr std::size_t parts = (Extent + Largest - 1) / Largest;
    constexpr std::size_t small = Extent / parts;
    constexpr std::size_t large_parts = Extent % parts;
    std::size_t first = 0;
    if constexpr (large_parts > 0)
        for (std::size_t part = 0; part < large_parts; ++part, first += small + 1)
            f(std::integral_constant<std::size_t, small + 1>{}, first);
    for (; first < Extent; first += small) f(std::integral_constant<std::size_t, small>{}, first);
}

/// The same parts of an extent that is known when the program runs, of which only their size is known before.
template <std::size_t Size, std::size_t Largest, class Function>
ESPALIER_PART void for_each_part_of(std::size_t extent, Function&& f) {
    const std::size_t parts = (extent + Largest - 1) / Largest;
    const std::size_t end = extent - (parts * Size - extent) * (Size - 1);
    std::size_t first = 0;
    for (; first < end; first += Size) f(std::integral_constant<std::size_t, Size>{}, first);
    if constexpr (Size > 1)
        for (; first < extent; first += Size - 1) f(std::integral_constant<std::size_t, Size - 1>{}, first);
}

/// Calls f(first) for windows of Size that cover Extent; the last is moved back to end with it, so that what two
/// windows share is computed twice instead of needing a narrower tile.
template <std::size_t Size, class Function>
ESPALIER_PART void for_each_window_of(std::size_t extent, Function&& f) {
    for (std::size_t first = 0; first < extent; first += Size) f(std::min(first, extent - Size));
}
template <std::size_t Extent, std::size_t Size, class Function>
ESPALIER_PART void for_each_window(Function&& f) {
    static_assert(Size <= Extent);
    for_each_window_of<Size>(Extent, f);
}

/// Calls f(first_block, last_block) for runs of blocks whose `features` features stay in the second-level cache.
template <class Scalar, class Function>
ESPALIER_PART void for_each_run(std::size_t features, std::size_t rows, Function&& f) {
    const std::size_t block_bytes = features * block_lanes<Scalar> * sizeof(Scalar);
    const std::size_t run = std::max<std::size_t>(far_cache / block_bytes, 1);
    const std::size_t blocks = blocks_for<Scalar>(rows);
    for (std::size_t first = 0; first < blocks; first += run) f(first, std::min(first + run, blocks));
}

namespace detail {

/// An epilogue may say that it is long (`is_long`): it is then called from a loop over the finished tile instead of
/// being written out for each of its registers, which costs a store and a load a register, and many times less code.
template <class Epilogue>
inline constexpr bool calls_in_loop = false;
template <class Epilogue>
    requires requires { Epilogue::is_long; }
inline constexpr bool calls_in_loop<Epilogue> = Epilogue::is_long;

template <std::size_t Rows, std::size_t Vectors, bool Loop, class Operands, class Scalar, class Initial, class Finish>
ESPALIER_INLINE void multiply_block(const Operands& at, const Scalar* scalars, const Scalar* vectors, std::size_t steps,
                                    const Initial& initial, const Finish& finish) {
    simd<Scalar> sums[Rows][Vectors];
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) sums[row][v] = initial(row);
    }
    accumulate<Operands>(sums, scalars, vectors, steps, at);
    if constexpr (Loop) {
        constexpr std::size_t width = simd_width<Scalar>;
        alignas(alignment) Scalar finished[Rows * Vectors * width];
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < Rows * Vectors; ++i) store(finished + i * width, sums[i / Vectors][i % Vectors]);
        for (std::size_t i = 0; i < Rows * Vectors; ++i) finish(i / Vectors, i % Vectors, load(finished + i * width));
    } else {
        ESPALIER_UNROLL
        for (std::size_t row = 0; row < Rows; ++row)
            unroll<Vectors>([&](auto v) ESPALIER_INLINE_LAMBDA { finish(row, v, sums[row][v]); });
    }
}

}  // namespace detail

/// One strip of a product whose vectors are the batch: for the blocks of a run, Rows features are started by
/// initial(row), summed over the `steps` features of `batch`, [block][steps][lanes], and handed to
/// finish(block, row, vector, value). A last block that is at most half full gives one vector only.
template <std::size_t Rows, bool Loop, class Operands, class Scalar, class Initial, class Finish>
ESPALIER_PART void multiply_strip(const Operands& at, const Scalar* scalars, const Scalar* batch, std::size_t steps,
                                  std::size_t first_block, std::size_t last_block, std::size_t rows,
                                  const Initial& initial, const Finish& finish) {
    const std::size_t block_size = steps * block_lanes<Scalar>;
    std::size_t block = first_block;
    const auto finish_block = [&](std::size_t row, auto v, const simd<Scalar>& value)
                                  ESPALIER_PART_LAMBDA { finish(block, row, v, value); };
    for (const std::size_t full = std::min(last_block, vectors_for<Scalar>(rows) / 2); block < full; ++block)
        detail::multiply_block<Rows, 2, Loop>(at, scalars, batch + block * block_size, steps, initial, finish_block);
    if (block < last_block)
        detail::multiply_block<Rows, 1, Loop>(at, scalars, batch + block * block_size, steps, initial, finish_block);
}

}  // namespace espalier::kernel
