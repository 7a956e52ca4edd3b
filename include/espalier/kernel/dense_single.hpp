// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/kernel/dense_forward.hpp>
#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

namespace detail {

/// The last vector of a row that is no whole number of them: it ends with the row, and the lanes that the vector
/// before it covers already are zero.
template <std::size_t In, class Scalar>
ESPALIER_INLINE simd<Scalar> load_tail(const Scalar* row) {
    constexpr std::size_t width = simd_width<Scalar>;
    struct new_lanes {
        static constexpr std::size_t of(std::size_t lane) { return lane < width - In % width ? lane : width + lane; }
    };
    return espalier::detail::shuffle<new_lanes>(simd<Scalar>(Scalar{}), load(row + In - width));
}

}  // namespace detail

/// z = W x + b for one sample: epilogue(first_output, z) for first_output = 0, W, 2W …, with the outputs along the
/// lanes; those past Out in the last vector are zero.
///
/// weight [Out][In]; bias const Scalar* [Out], or no_bias; x [In]. Each output is a dot product of a row of W; as many
/// rows are in flight as a vector has lanes. The weights are read once: at small sizes the loads are the limit.
template <class Scalar, std::size_t In, std::size_t Out, class Bias, class Epilogue>
ESPALIER_INLINE void dense_single(const Scalar* weight, Bias bias, const Scalar* x, Epilogue& epilogue) {
    constexpr std::size_t width = simd_width<Scalar>;
    const auto outputs = [&](std::size_t first, auto count) ESPALIER_INLINE_LAMBDA {
        constexpr std::size_t chains = std::clamp<std::size_t>(sums_in_flight / count, 1, std::max<std::size_t>(In / width, 1));
        const Scalar* row = weight + first * In;
        std::array<simd_square<Scalar>, chains> sums;
        for (auto& chain : sums) chain.fill(simd<Scalar>(Scalar{}));
        const auto add = [&](auto chain, const simd<Scalar>& input, auto weights) ESPALIER_INLINE_LAMBDA {
            unroll<count>([&](auto i) ESPALIER_INLINE_LAMBDA {
                sums[chain][i] = xsimd::fma(weights(row + i * In), input, sums[chain][i]);
            });
        };
        constexpr std::size_t step = chains * width;
        for (std::size_t i = 0; i + step <= In; i += step)
            unroll<chains>([&](auto chain) ESPALIER_INLINE_LAMBDA {
                const std::size_t at = i + chain * width;
                simd<Scalar> input = load(x + at);
                keep_in_register(input);
                add(chain, input, [&](const Scalar* w) ESPALIER_INLINE_LAMBDA { return load(w + at); });
            });
        unroll<In % step / width>([&](auto vector) ESPALIER_INLINE_LAMBDA {
            constexpr std::size_t at = In / step * step + vector * width;
            add(vector, load(x + at), [](const Scalar* w) ESPALIER_INLINE_LAMBDA { return load(w + at); });
        });
        constexpr std::integral_constant<std::size_t, 0> first_chain;
        if constexpr (In < width)
            add(first_chain, load_partial<In>(x),
                [](const Scalar* w) ESPALIER_INLINE_LAMBDA { return load_partial<In>(w); });
        else if constexpr (In % width != 0)
            add(first_chain, detail::load_tail<In>(x),
                [](const Scalar* w) ESPALIER_INLINE_LAMBDA { return load(w + (In - simd_width<Scalar>)); });
        unroll<chains - 1>([&](auto chain) ESPALIER_INLINE_LAMBDA {
            unroll<count>([&](auto i) ESPALIER_INLINE_LAMBDA { sums[0][i] += sums[chain + 1][i]; });
        });
        simd<Scalar> z = sum_lanes<Scalar>(sums[0]);
        if constexpr (!std::is_same_v<Bias, no_bias>) z += load_partial<count>(bias + first);
        epilogue(first, z);
    };
    for (std::size_t first = 0; first + width <= Out; first += width)
        outputs(first, std::integral_constant<std::size_t, width>{});
    if constexpr (Out % width != 0) outputs(Out / width * width, std::integral_constant<std::size_t, Out % width>{});
}

}  // namespace espalier::kernel
