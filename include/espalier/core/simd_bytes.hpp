// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>

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

template <class Scalar>
ESPALIER_INLINE simd<Scalar> load_bytes(const std::uint8_t* from) {
    using lanes = detail::byte_lanes<Scalar>;
    typename lanes::bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const auto halves = __builtin_convertvector(bytes, typename lanes::halves);
    const auto whole = __builtin_convertvector(halves, typename lanes::integers);
    const auto all = __builtin_convertvector(whole, typename lanes::scalars);
    return simd<Scalar>(reinterpret_cast<const typename simd<Scalar>::register_type&>(all));
}

}  // namespace espalier
