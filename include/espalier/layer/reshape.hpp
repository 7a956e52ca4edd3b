// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/contract.hpp>

namespace espalier::layer {

/// [any shape] → [its size]. Costs nothing: the numbers stay where they are.
struct flatten {
    static constexpr std::string_view kind = "flatten";

    static constexpr extents output(const extents& input) {
        extents flat;
        flat.rank = 1;
        flat.extent[0] = input.size();
        return flat;
    }
};

/// [any shape] → [Extents…] of the same size, row-major. Costs nothing.
template <std::size_t... Extents>
struct reshape {
    static constexpr std::string_view kind = "reshape";

    static constexpr extents output(const extents&) { return shape<Extents...>{}; }
    static constexpr mismatch check(const extents& input) {
        return input.size() == shape<Extents...>::size ? mismatch::none : mismatch::size_differs;
    }
};

}  // namespace espalier::layer
