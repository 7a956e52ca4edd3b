// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

namespace detail {

/// Features that one square holds: all lanes, or all features if there are fewer.
template <class Scalar, std::size_t Features>
inline constexpr std::size_t square_features = std::min(simd_width<Scalar>, Features);

/// Calls f(vector, first_feature) for the squares of W samples and W features that cover a batch.
template <class Scalar, std::size_t Features, class Function>
ESPALIER_PART void for_each_square(std::size_t rows, Function&& f) {
    for (std::size_t vector = 0; vector < vectors_for<Scalar>(rows); ++vector)
        for_each_window<Features, square_features<Scalar, Features>>([&](std::size_t feature)
                                                                         ESPALIER_PART_LAMBDA { f(vector, feature); });
}

/// Where the samples of vector `vector` start in [block][features][lanes].
template <class Scalar>
constexpr std::size_t vector_offset(std::size_t features, std::size_t vector) {
    return vector / 2 * features * block_lanes<Scalar> + vector % 2 * simd_width<Scalar>;
}
template <class Scalar, std::size_t Features>
constexpr std::size_t vector_offset(std::size_t vector) {
    return vector_offset<Scalar>(Features, vector);
}

}  // namespace detail

/// Lays a row-major batch [rows][Features] out as [block][Features][lanes]. The lanes past `rows` in the last vector
/// repeat the last row; a second vector of the last block that holds no sample is not touched.
template <class Scalar, std::size_t Features>
[[gnu::noinline]] ESPALIER_FLATTEN void pack_rows(const Scalar* x, std::size_t rows, Scalar* blocks) {
    constexpr std::size_t width = simd_width<Scalar>, features = detail::square_features<Scalar, Features>;
    detail::for_each_square<Scalar, Features>(rows, [&](std::size_t vector, std::size_t feature) ESPALIER_PART_LAMBDA {
        simd_square<Scalar> square;
        ESPALIER_UNROLL
        for (std::size_t lane = 0; lane < width; ++lane) {
            const std::size_t row = std::min(vector * width + lane, rows - 1);
            square.rows[lane] = load_partial<features>(x + row * Features + feature);
        }
        transpose<Scalar>(square);
        Scalar* to = blocks + detail::vector_offset<Scalar, Features>(vector) + feature * block_lanes<Scalar>;
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < features; ++i) store(to + i * block_lanes<Scalar>, square.rows[i]);
    });
}

/// The inverse of pack_rows: [block][Features][lanes] to row-major [rows][Features].
template <class Scalar, std::size_t Features>
[[gnu::noinline]] ESPALIER_FLATTEN void unpack_rows(const Scalar* blocks, std::size_t rows, Scalar* y) {
    constexpr std::size_t width = simd_width<Scalar>, features = detail::square_features<Scalar, Features>;
    detail::for_each_square<Scalar, Features>(rows, [&](std::size_t vector, std::size_t feature) ESPALIER_PART_LAMBDA {
        const Scalar* from = blocks + detail::vector_offset<Scalar, Features>(vector) + feature * block_lanes<Scalar>;
        simd_square<Scalar> square;
        ESPALIER_UNROLL
        for (std::size_t i = 0; i < width; ++i)
            square.rows[i] = i < features ? load(from + i * block_lanes<Scalar>) : simd<Scalar>(Scalar{});
        transpose<Scalar>(square);
        ESPALIER_UNROLL
        for (std::size_t lane = 0; lane < width; ++lane) {
            const std::size_t row = vector * width + lane;
            if (row < rows) store_partial<features>(y + row * Features + feature, square.rows[lane]);
        }
    });
}

}  // namespace espalier::kernel
