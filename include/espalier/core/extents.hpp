// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/core/shape.hpp>

namespace espalier {

/// A shape as a value, so that a whole network's shapes are one constexpr array and their inference is a loop.
/// Structural: it may be a template argument.
struct extents {
    static constexpr std::size_t max_rank = 6;

    std::size_t rank = 0;
    std::size_t extent[max_rank] = {};

    constexpr extents() = default;

    template <std::size_t... Extents>
    constexpr extents(shape<Extents...>) : rank(sizeof...(Extents)), extent{Extents...} {  // NOLINT: a shape is extents
        static_assert(sizeof...(Extents) <= max_rank, "espalier::extents holds up to 6 extents");
    }

    constexpr std::size_t size() const {
        std::size_t product = 1;
        for (std::size_t i = 0; i < rank; ++i) product *= extent[i];
        return product;
    }

    friend constexpr bool operator==(const extents&, const extents&) = default;
};

}  // namespace espalier
