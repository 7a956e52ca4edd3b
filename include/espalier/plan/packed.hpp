// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/plan/parameters.hpp>
#include <espalier/plan/stage_offsets.hpp>

/// What a predictor holds of a network: weights in the order in which single samples read them, and the flat vector if
/// any tensor is still read from there.
namespace espalier::detail {

template <class Scalar>
struct packed_bytes {
    template <class Operation, extents Input>
    static constexpr std::size_t of() {
        if constexpr (requires { Operation::template packed_size<Input, Scalar>; })
            return sizeof(Scalar) * Operation::template packed_size<Input, Scalar>;
        else
            return 0;
    }
};

/// Of each stage's packed weights, and the end.
template <class Net, class Scalar>
inline constexpr auto& packed_offsets = stage_offsets<Net, packed_bytes<Scalar>>;

/// Whether any tensor is not packed.
template <class Net, class Scalar>
inline constexpr bool reads_flat = [] {
    constexpr auto& offsets = packed_offsets<Net, Scalar>;
    std::size_t packed = 0;
    for (std::size_t s = 0; s < stage_count<Net>; ++s)
        if (offsets[s] < offsets[s + 1]) {
            const std::size_t layer = stages<Net>[s].operation;
            packed += first_parameter_tensor<Net>(layer + 1) - first_parameter_tensor<Net>(layer);
        }
    return packed < parameter_tensor_count<Net>;
}();

/// Of all that a predictor holds: what is packed, then the flat vector.
template <class Net, class Scalar>
inline constexpr std::size_t predictor_bytes =
    packed_offsets<Net, Scalar>[stage_count<Net>] +
    (reads_flat<Net, Scalar> ? sizeof(Scalar) * parameter_size<Net, Scalar> : 0);

}  // namespace espalier::detail
