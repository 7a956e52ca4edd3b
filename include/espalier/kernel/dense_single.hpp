// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
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

/// Count rows of W times x, lane by lane: what is left to do is to add the lanes. The square's other rows are zero.
template <std::size_t In, std::size_t Count, class Scalar>
ESPALIER_INLINE simd_square<Scalar> dot_rows(const Scalar* weight, const Scalar* x) {
    constexpr std::size_t width = simd_width<Scalar>, vectors = In / width;
    constexpr std::size_t chains =
        std::clamp<std::size_t>(sums_in_flight / Count, 1, std::max<std::size_t>(vectors, 1));
    simd_square<Scalar> sums[chains];
    ESPALIER_UNROLL
    for (std::size_t i = 0; i < chains * width; ++i) sums[i / width].rows[i % width] = simd<Scalar>(Scalar{});
    const auto add = [&](std::size_t chain, std::size_t at, simd<Scalar> input) ESPALIER_INLINE_LAMBDA {
        if constexpr (Count > 1) keep_in_register(input);
        ESPALIER_UNROLL
        for (std::size_t row = 0; row < Count; ++row) {
            simd<Scalar>& sum = sums[chain].rows[row];
            sum = multiply_add(load_partial<std::min(In, width)>(weight + row * In + at), input, sum);
        }
    };
    for (std::size_t vector = 0; vector < vectors / chains * chains; vector += chains) {
        ESPALIER_UNROLL
        for (std::size_t chain = 0; chain < chains; ++chain)
            add(chain, (vector + chain) * width, load(x + (vector + chain) * width));
    }
    ESPALIER_UNROLL
    for (std::size_t vector = vectors / chains * chains; vector < vectors; ++vector)
        add(vector % chains, vector * width, load(x + vector * width));
    if constexpr (In < width)
        add(0, 0, load_partial<In>(x));
    else if constexpr (In % width != 0)
        add(0, In - width, load_tail<In>(x));
    ESPALIER_UNROLL
    for (std::size_t i = Count; i < chains * Count; ++i) sums[0].rows[i % Count] += sums[i / Count].rows[i % Count];
    return sums[0];
}

/// One row of W times x, lane by lane, for weights that come from the second-level cache: read strictly in order and
/// asked for early, they come as fast as the cache gives them; sixteen rows at once took half as long again.
template <std::size_t In, class Scalar>
ESPALIER_INLINE simd<Scalar> dot_row(const Scalar* weight, const Scalar* x) {
    constexpr std::size_t width = simd_width<Scalar>, vectors = In / width;
    constexpr std::size_t chains = std::min<std::size_t>(vectors, 8);
    constexpr std::size_t ahead = In * sizeof(Scalar) > 2048 ? 2048 : 512;  // bytes; measured on Zen 5
    simd<Scalar> sums[chains];
    ESPALIER_UNROLL
    for (std::size_t chain = 0; chain < chains; ++chain) sums[chain] = simd<Scalar>(Scalar{});
    const auto add = [&](std::size_t chain, std::size_t at) ESPALIER_INLINE_LAMBDA {
        __builtin_prefetch(reinterpret_cast<const char*>(weight + at) + ahead);
        sums[chain] = multiply_add(load(weight + at), load(x + at), sums[chain]);
    };
    for (std::size_t vector = 0; vector < vectors / chains * chains; vector += chains) {
        ESPALIER_UNROLL
        for (std::size_t chain = 0; chain < chains; ++chain) add(chain, (vector + chain) * width);
    }
    ESPALIER_UNROLL
    for (std::size_t vector = vectors / chains * chains; vector < vectors; ++vector)
        add(vector % chains, vector * width);
    if constexpr (In % width != 0)
        sums[vectors % chains] = multiply_add(load(weight + In - width), load_tail<In>(x), sums[vectors % chains]);
    constexpr std::size_t half = (chains + 1) / 2;
    ESPALIER_UNROLL
    for (std::size_t chain = half; chain < chains; ++chain) sums[chain - half] += sums[chain];
    ESPALIER_UNROLL
    for (std::size_t chain = 1; chain < half; ++chain) sums[0] += sums[chain];
    return sums[0];
}

/// Whether rows of W go one by one: where W lies beyond the first-level cache and vectors are whole cache lines.
/// Narrower ones are limited by their loads, of which rows that share x need half: on Zen 1 they took half the time.
template <class Scalar, std::size_t In, std::size_t Out>
inline constexpr bool reads_in_order =
    simd_width<Scalar> * sizeof(Scalar) == 64 && In >= simd_width<Scalar> && In * Out * sizeof(Scalar) > 4 * near_cache;

}  // namespace detail

/// z = W x + b for one sample: epilogue(first_output, z) for first_output = 0, W, 2W …, with the outputs along the
/// lanes; those past Out in the last vector are zero.
///
/// weight [Out][In]; bias const Scalar* [Out], or no_bias; x [In]. Each output is a dot product of a row of W; as many
/// rows are in flight as a vector has lanes. The weights are read once: at small sizes the loads are the limit.
template <class Scalar, std::size_t In, std::size_t Out, class Bias, class Epilogue>
ESPALIER_PART void dense_single(const Scalar* weight, Bias bias, const Scalar* x, Epilogue& epilogue) {
    constexpr std::size_t width = simd_width<Scalar>;
    // Each row loads x again, and twice where a vector lies across two cache lines: a fifth of the whole time.
    constexpr bool aligns = detail::reads_in_order<Scalar, In, Out> && In * sizeof(Scalar) <= near_cache;
    alignas(alignment) Scalar aligned[aligns ? In : 1];
    if (aligns && reinterpret_cast<std::uintptr_t>(x) % alignment != 0) {
        std::copy_n(x, aligns ? In : 1, aligned);
        x = aligned;
    }
    const auto outputs = [&](std::size_t first, auto count) ESPALIER_INLINE_LAMBDA {
        simd_square<Scalar> rows;
        if constexpr (detail::reads_in_order<Scalar, In, Out>) {
            for (std::size_t row = 0; row < count; ++row)
                rows.rows[row] = detail::dot_row<In>(weight + (first + row) * In, x);
            ESPALIER_UNROLL
            for (std::size_t row = count; row < width; ++row) rows.rows[row] = simd<Scalar>(Scalar{});
        } else {
            rows = detail::dot_rows<In, count>(weight + first * In, x);
        }
        simd<Scalar> z = sum_lanes<Scalar>(rows);
        if constexpr (!std::is_same_v<Bias, no_bias>) z += load_partial<count>(bias + first);
        epilogue(first, z);
    };
    for (std::size_t first = 0; first + width <= Out; first += width)
        outputs(first, std::integral_constant<std::size_t, width>{});
    if constexpr (Out % width != 0) outputs(Out / width * width, std::integral_constant<std::size_t, Out % width>{});
}

}  // namespace espalier::kernel
