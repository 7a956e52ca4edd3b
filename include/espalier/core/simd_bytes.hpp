// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <utility>

#include <espalier/core/simd.hpp>

namespace espalier {

namespace detail {

/// g++ 12 converts between floating point and bytes lane by lane; step by step it does not.
template <class Scalar>
struct byte_lanes {
    using scalars = typename vector_of<Scalar, simd_width<Scalar>>::type;
    typedef std::int32_t integers __attribute__((vector_size(4 * simd_width<Scalar>)));
    typedef std::uint16_t halves __attribute__((vector_size(2 * simd_width<Scalar>)));
    typedef std::uint8_t bytes __attribute__((vector_size(simd_width<Scalar>)));
};

}  // namespace detail

/// One byte a lane; the lanes hold whole numbers from 0 to 255.
template <class Scalar>
ESPALIER_INLINE void store_bytes(std::uint8_t* to, const simd<Scalar>& value) {
    using lanes = detail::byte_lanes<Scalar>;
    const auto whole =
        __builtin_convertvector(reinterpret_cast<const typename lanes::scalars&>(value.data), typename lanes::integers);
    const auto bytes = __builtin_convertvector(whole, typename lanes::bytes);
    std::memcpy(to, &bytes, sizeof bytes);
}

/// An integer a lane, from 0 to 2^24, of any integral type.
template <class Scalar, class Integer>
ESPALIER_INLINE simd<Scalar> load_integers(const Integer* from) {
    static_assert(sizeof(Integer) <= 8);
    using lanes = detail::byte_lanes<Scalar>;
    constexpr std::size_t width = simd_width<Scalar>;
    const auto integers = [&]() ESPALIER_INLINE_LAMBDA {
        if constexpr (sizeof(Integer) == 8) {
            // The lower halves; all 64 bits have no conversion before AVX-512.
            typename lanes::integers parts[2];
            std::memcpy(parts, from, sizeof parts);
            return [&]<std::size_t... Lane>(std::index_sequence<Lane...>) ESPALIER_INLINE_LAMBDA {
                return __builtin_shufflevector(parts[0], parts[1], static_cast<int>(2 * Lane)...);
            }(std::make_index_sequence<width>{});
        } else if constexpr (sizeof(Integer) == 4) {
            typename lanes::integers all;
            std::memcpy(&all, from, sizeof all);
            return all;
        } else if constexpr (sizeof(Integer) == 2) {
            typename lanes::halves halves;
            std::memcpy(&halves, from, sizeof halves);
            return __builtin_convertvector(halves, typename lanes::integers);
        } else {
            typename lanes::bytes bytes;
            std::memcpy(&bytes, from, sizeof bytes);
            return __builtin_convertvector(__builtin_convertvector(bytes, typename lanes::halves),
                                           typename lanes::integers);
        }
    }();
    const auto all = __builtin_convertvector(integers, typename lanes::scalars);
    return simd<Scalar>(reinterpret_cast<const typename simd<Scalar>::register_type&>(all));
}

}  // namespace espalier
