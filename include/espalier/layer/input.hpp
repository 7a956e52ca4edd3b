// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/contract.hpp>

namespace espalier::layer {

/// The shape of one sample. It begins a network; inside one, it states what arrives there.
template <std::size_t... Extents>
struct input {
    static constexpr std::string_view kind = "input";
    static constexpr bool is_input = true;

    static constexpr extents output(const extents&) {
        if constexpr (sizeof...(Extents) <= extents::max_rank)
            return shape<Extents...>{};
        else
            return {};
    }
    static constexpr mismatch check(const extents& arriving) {
        if (sizeof...(Extents) == 0) return mismatch::no_extents;
        if (sizeof...(Extents) > extents::max_rank) return mismatch::too_many_extents;
        if (((Extents == 0) || ...)) return mismatch::empty;
        return arriving.rank == 0 || arriving == output(arriving) ? mismatch::none : mismatch::unexpected_input;
    }
};

}  // namespace espalier::layer
