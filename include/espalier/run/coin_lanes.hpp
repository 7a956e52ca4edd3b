// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/simd.hpp>
#include <espalier/run/coins.hpp>

namespace espalier::detail {

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

}  // namespace espalier::detail
