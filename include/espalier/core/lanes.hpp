// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

/// Widths of the machine's vectors, as plain numbers: headers that only plan need no SIMD header for them.
/// `core/simd.hpp` asserts that they agree with xsimd's.
namespace espalier {

#if defined(__AVX512F__)
inline constexpr std::size_t simd_bytes = 64;
inline constexpr std::size_t simd_registers = 32;
#elif defined(__AVX__)
inline constexpr std::size_t simd_bytes = 32;
inline constexpr std::size_t simd_registers = 16;
#elif defined(__aarch64__)
inline constexpr std::size_t simd_bytes = 16;
inline constexpr std::size_t simd_registers = 32;
#else
inline constexpr std::size_t simd_bytes = 16;
inline constexpr std::size_t simd_registers = 16;
#endif

/// Every tensor starts on a cache line.
inline constexpr std::size_t alignment = 64;

/// Scalars in one SIMD register.
template <class Scalar>
inline constexpr std::size_t simd_width = simd_bytes / sizeof(Scalar);

/// Activations lie in blocks of this many samples, [block][feature][sample]: two registers, so that one
/// broadcast weight serves two multiply-adds.
template <class Scalar>
inline constexpr std::size_t block_lanes = 2 * simd_width<Scalar>;

/// Blocks that hold `rows` samples; the last may be ragged.
template <class Scalar>
constexpr std::size_t blocks_for(std::size_t rows) {
    return (rows + block_lanes<Scalar> - 1) / block_lanes<Scalar>;
}

/// Scalars rounded up to the next tensor boundary.
template <class Scalar>
constexpr std::size_t aligned_size(std::size_t count) {
    constexpr std::size_t step = alignment / sizeof(Scalar);
    return (count + step - 1) / step * step;
}

}  // namespace espalier
