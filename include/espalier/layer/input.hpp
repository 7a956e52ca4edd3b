// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/contract.hpp>

namespace espalier::layer {

/// The shape of one sample. It begins a network; inside one, it states what arrives there.
template <std::size_t... Extents>
struct input {
    static_assert(sizeof...(Extents) > 0, "input<…> takes the extents of one sample, e.g. input<1, 28, 28>");

    static constexpr std::string_view kind = "input";
    static constexpr bool is_input = true;

    static constexpr extents output(const extents&) { return shape<Extents...>{}; }
    static constexpr mismatch check(const extents& arriving) {
        if (((Extents == 0) || ...)) return mismatch::empty;
        return arriving.rank == 0 || arriving == output(arriving) ? mismatch::none : mismatch::unexpected_input;
    }
};

}  // namespace espalier::layer
