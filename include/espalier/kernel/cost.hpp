// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

#include <espalier/core/lanes.hpp>

/// What the kernels of a dense layer choose at compile time from the extents alone: tile sizes, the way of a product,
/// scratch memory. No SIMD header is needed to plan with it.
namespace espalier::kernel {

/// Stands where a bias would: the layer has none.
struct no_bias {};

/// Bytes that a product may expect to keep in the first- and in the second-level cache.
inline constexpr std::size_t near_cache = 16 * 1024;
inline constexpr std::size_t far_cache = 512 * 1024;

/// Vectors that hold `rows` samples.
template <class Scalar>
constexpr std::size_t vectors_for(std::size_t rows) {
    return (rows + simd_width<Scalar> - 1) / simd_width<Scalar>;
}

/// Rows of the tallest tile of `vectors` columns: the sums, the shared vectors and one broadcast fill the registers.
constexpr std::size_t tallest_tile(std::size_t vectors) { return (simd_registers - 1 - vectors) / vectors; }

/// Two multiply-adds a cycle with a latency of four: fewer independent sums than this and the tile waits.
inline constexpr std::size_t sums_in_flight = 8;

/// The larger size where Extent is cut into as few parts of at most Largest as possible, all within one of each other.
template <std::size_t Extent, std::size_t Largest>
inline constexpr std::size_t even_part = [] {
    constexpr std::size_t parts = (Extent + Largest - 1) / Largest;
    return (Extent + parts - 1) / parts;
}();

/// Scalars of a packed W and b for single samples (dense_packed.hpp): whole vectors of outputs.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr std::size_t packed_dense_size = (1 + In) * vectors_for<Scalar>(Out) * simd_width<Scalar>;

/// Whether products of such extents run on the kernels of dense_shared.hpp about as fast as on their own.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool is_shareable =
    In >= 2 * simd_width<Scalar> && Out >= std::max<std::size_t>({simd_width<Scalar>, 64 / simd_width<Scalar>, 8});

namespace detail {

/// Columns that are copied together: those of a tile, in whole registers.
template <class Scalar>
inline constexpr std::size_t copied_columns =
    (tallest_tile(2) + simd_width<Scalar> - 1) / simd_width<Scalar> * simd_width<Scalar>;

/// A strip of columns of W has as many cache lines as W has rows, often at a stride that maps them onto a few sets of
/// the first-level cache. From the second level they come while the products go on; from beyond, the strip is copied
/// together first.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool copies_columns = In > copied_columns<Scalar>&& In* Out * sizeof(Scalar) > far_cache;

}  // namespace detail

/// Scalars of scratch that dense_input_gradient needs.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr std::size_t dense_input_gradient_scratch =
    detail::copies_columns<Scalar, In, Out> ? detail::copied_columns<Scalar> * Out : 0;

namespace detail {

template <class Scalar, std::size_t In, std::size_t Out>
struct outer_tile {
    static constexpr std::size_t width = simd_width<Scalar>;
    static constexpr std::size_t vectors = std::min<std::size_t>({Out < 4 ? 8u : Out < 8 ? 4u : 2u, In / width, 4});
    static constexpr std::size_t columns = vectors * width;
    /// Samples whose panel stays in the first-level cache: whole blocks.
    static constexpr std::size_t samples =
        std::max<std::size_t>(near_cache / (columns * sizeof(Scalar) * block_lanes<Scalar>), 1) * block_lanes<Scalar>;
};

/// Columns that are left over by the windows of outer products and so few that dot products take less time than
/// another window.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr std::size_t last_columns = [] {
    constexpr std::size_t rest = In % outer_tile<Scalar, In, Out>::columns;
    return rest <= simd_width<Scalar> / 4 ? rest : 0;
}();

/// Outer products pay a transpose of the input, dot products an addition of lanes for every weight: they cross at 4
/// outputs with 16 lanes and at 8 with 8 (measured with 128 samples).
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool outer_pays = In >= simd_width<Scalar> && Out * simd_width<Scalar> >= 64;

}  // namespace detail

/// Which memory the gradient of a first layer reads: true, the user's own row-major x
/// (dense_weight_gradient_from_rows); false, the packed input (dense_weight_gradient).
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool weight_gradient_reads_rows = In >= simd_width<Scalar> && Out >= 4;

/// Scalars of scratch that either form of the weight gradient needs for batches of at most max_rows.
template <class Scalar, std::size_t In, std::size_t Out>
constexpr std::size_t dense_weight_gradient_scratch(std::size_t max_rows) {
    if constexpr (In < simd_width<Scalar>) {
        return 0;
    } else {
        using shape = detail::outer_tile<Scalar, In, Out>;
        return shape::columns * std::min(shape::samples, blocks_for<Scalar>(max_rows) * block_lanes<Scalar>);
    }
}

}  // namespace espalier::kernel
