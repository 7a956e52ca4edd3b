// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <type_traits>
#include <utility>

#include <espalier/core/simd.hpp>

/// Registers whose lanes come from different places, and some lanes of a register.
namespace espalier {

/// Lane l is scalar(l), a std::integral_constant. Scalars that lie apart are brought together as they are loaded: an
/// array in between would be read before its parts have arrived there, and AVX2's own gather takes longer.
template <class Scalar, class Function>
ESPALIER_INLINE simd<Scalar> fill_lanes(Function&& scalar) {
    return [&]<std::size_t... Lane>(std::index_sequence<Lane...>) ESPALIER_INLINE_LAMBDA {
        const typename detail::vector_of<Scalar, simd_width<Scalar>>::type lanes{
            static_cast<Scalar>(scalar(std::integral_constant<std::size_t, Lane>{}))...};
        return simd<Scalar>(reinterpret_cast<const typename simd<Scalar>::register_type&>(lanes));
    }(std::make_index_sequence<simd_width<Scalar>>{});
}

/// The scalars at the start of `rows` rows, Stride apart; lanes past the last row repeat it.
template <std::size_t Stride, class Scalar>
ESPALIER_INLINE simd<Scalar> gather_rows(const Scalar* from, std::size_t rows) {
    if (rows >= simd_width<Scalar>) [[likely]] {
        if constexpr (Stride == 1)
            return load(from);
        else
            return fill_lanes<Scalar>([&](auto lane) ESPALIER_INLINE_LAMBDA { return from[lane * Stride]; });
    }
    return fill_lanes<Scalar>(
        [&](auto lane) ESPALIER_INLINE_LAMBDA { return from[std::min<std::size_t>(lane, rows - 1) * Stride]; });
}

/// Which lanes come before lane `count`.
template <class Scalar>
ESPALIER_INLINE auto lanes_before(std::size_t count) {
    if (count >= simd_width<Scalar>) [[likely]]
        return typename simd<Scalar>::batch_bool_type(true);
    const simd<Scalar> number = fill_lanes<Scalar>([](auto lane) ESPALIER_INLINE_LAMBDA { return lane(); });
    return number < simd<Scalar>(static_cast<Scalar>(static_cast<int>(count)));
}

}  // namespace espalier
