// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>

#include <espalier/core/simd.hpp>

namespace espalier {

namespace detail {

template <class Scalar>
struct byte_lanes {
    typedef std::uint8_t bytes __attribute__((vector_size(simd_width<Scalar>)));
};

}  // namespace detail

/// One byte a lane; the lanes hold whole numbers from 0 to 255.
template <class Scalar>
ESPALIER_INLINE void store_bytes(std::uint8_t* to, const simd<Scalar>& value) {
    using vector = typename detail::vector_of<Scalar, simd_width<Scalar>>::type;
    const auto bytes = __builtin_convertvector(reinterpret_cast<const vector&>(value.data),
                                               typename detail::byte_lanes<Scalar>::bytes);
    std::memcpy(to, &bytes, sizeof bytes);
}

template <class Scalar>
ESPALIER_INLINE simd<Scalar> load_bytes(const std::uint8_t* from) {
    typename detail::byte_lanes<Scalar>::bytes bytes;
    std::memcpy(&bytes, from, sizeof bytes);
    const auto lanes = __builtin_convertvector(bytes, typename detail::vector_of<Scalar, simd_width<Scalar>>::type);
    return simd<Scalar>(reinterpret_cast<const typename simd<Scalar>::register_type&>(lanes));
}

}  // namespace espalier
