// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <type_traits>

#include <espalier/kernel/dense.hpp>
#include <espalier/kernel/tile.hpp>

/// W x + b for one sample with W transposed: outputs along the lanes, so no lanes are added, and read strictly in
/// order.
namespace espalier::kernel {

namespace detail {

/// Vectors of outputs that are summed at once.
inline constexpr std::size_t packed_strip = 8;

}  // namespace detail

/// weight [Out][In]; bias const Scalar* [Out], or no_bias → packed [packed_dense_size], aligned: strips of outputs,
/// each [1 + In][vectors][lane], the bias first. Outputs past Out are zeros.
template <class Scalar, std::size_t In, std::size_t Out, class Bias>
ESPALIER_FLATTEN void pack_dense(const Scalar* weight, Bias bias, Scalar* packed) {
    constexpr std::size_t width = simd_width<Scalar>;
    for_each_part<vectors_for<Scalar>(Out), detail::packed_strip>([&](auto vectors, std::size_t first) {
        const std::size_t begin = first * width, end = begin + vectors * width;
        for (std::size_t o = begin; o < end; ++o)
            if constexpr (std::is_same_v<Bias, no_bias>)
                *packed++ = Scalar{};
            else
                *packed++ = o < Out ? bias[o] : Scalar{};
        for (std::size_t i = 0; i < In; ++i)
            for (std::size_t o = begin; o < end; ++o) *packed++ = o < Out ? weight[o * In + i] : Scalar{};
    });
}

/// z = W x + b for one sample: epilogue(first_output, z) for first_output = 0, W, 2W …, with the outputs along the
/// lanes; those past Out in the last vector are zero. packed as pack_dense leaves it; x [In].
template <class Scalar, std::size_t In, std::size_t Out, class Epilogue>
ESPALIER_PART void dense_packed(const Scalar* packed, const Scalar* x, Epilogue& epilogue) {
    constexpr std::size_t width = simd_width<Scalar>;
    const auto strip = [&](auto count, std::size_t first) ESPALIER_INLINE_LAMBDA {
        constexpr std::size_t vectors = count;
        constexpr std::size_t chains = std::min((sums_in_flight + vectors - 1) / vectors, In);
        simd<Scalar> sums[chains][vectors];
        const Scalar* at = packed + first * width * (1 + In);
        const auto next = [&] {
            const Scalar* const here = at;
            at += vectors * width;
            return here;
        };
        const Scalar* const bias = next();
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < chains * vectors; ++v)
            sums[v / vectors][v % vectors] = v < vectors ? load(bias + v * width) : simd<Scalar>(Scalar{});
        const auto add = [&](std::size_t chain, std::size_t i) ESPALIER_INLINE_LAMBDA {
            const Scalar* const weights = next();
            simd<Scalar> input(x[i]);
            if constexpr (vectors > 1) keep_in_register(input);
            ESPALIER_UNROLL
            for (std::size_t v = 0; v < vectors; ++v)
                sums[chain][v] = multiply_add(load(weights + v * width), input, sums[chain][v]);
        };
        for (std::size_t i = 0; i < In / chains * chains; i += chains) {
            ESPALIER_UNROLL
            for (std::size_t chain = 0; chain < chains; ++chain) add(chain, i + chain);
        }
        ESPALIER_UNROLL
        for (std::size_t chain = 0; chain < In % chains; ++chain) add(chain, In / chains * chains + chain);
        ESPALIER_UNROLL
        for (std::size_t v = vectors; v < chains * vectors; ++v) sums[0][v % vectors] += sums[v / vectors][v % vectors];
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < vectors; ++v) epilogue((first + v) * width, sums[0][v]);
    };
    for_each_part<vectors_for<Scalar>(Out), detail::packed_strip>(strip);
}

}  // namespace espalier::kernel
