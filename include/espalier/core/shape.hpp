// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <type_traits>

namespace espalier {

/// A static shape: the extents of one sample, without the batch. Row-major, the last extent is contiguous.
template <std::size_t... Extents>
struct shape {
    static constexpr std::size_t rank = sizeof...(Extents);
    static constexpr std::size_t size = (std::size_t{1} * ... * Extents);
    static constexpr std::array<std::size_t, rank> extents{Extents...};

    template <std::size_t... Others>
    friend constexpr bool operator==(shape, shape<Others...>) {
        return std::is_same_v<shape, shape<Others...>>;
    }
};

template <class>
inline constexpr bool is_shape = false;
template <std::size_t... Extents>
inline constexpr bool is_shape<shape<Extents...>> = true;

/// A shape as a concept: what a layer's shape rule takes and returns.
template <class Type>
concept Shape = is_shape<Type>;

}  // namespace espalier
