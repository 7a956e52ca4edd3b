// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include <espalier/core/random.hpp>
#include <espalier/core/simd.hpp>

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

/// Uniform numbers in [0, 1), multiples of 2⁻²⁴, for simd_width samples from first_sample on, at one feature.
template <class Scalar>
ESPALIER_INLINE simd<Scalar> uniform_lanes(const coin_key& key, std::uint32_t first_sample, std::uint32_t feature) {
    using words = xsimd::batch<std::uint32_t>;
    static_assert(words::size >= simd_width<Scalar>);
    alignas(alignment) std::uint32_t sample[words::size];
    for (std::uint32_t lane = 0; lane < words::size; ++lane) sample[lane] = first_sample + lane;
    const words bits =
        threefry<words>({words(key[0]), words(key[1])}, {words::load_aligned(sample), words(feature)})[0];
    const auto high = xsimd::bitwise_cast<xsimd::batch<std::int32_t>>(bits >> 8);
    if constexpr (sizeof(Scalar) == 4) {
        return xsimd::to_float(high) * simd<Scalar>(0x1p-24f);
    } else {
        alignas(alignment) std::int32_t number[words::size];
        alignas(alignment) Scalar uniform[simd_width<Scalar>];
        high.store_aligned(number);
        for (std::size_t lane = 0; lane < simd_width<Scalar>; ++lane)
            uniform[lane] = static_cast<Scalar>(number[lane]) * static_cast<Scalar>(0x1p-24);
        return load(uniform);
    }
}

}  // namespace detail
}  // namespace espalier
