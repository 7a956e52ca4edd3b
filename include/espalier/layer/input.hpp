// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/contract.hpp>

namespace espalier::layer {

namespace detail {

/// One time step of an input, which has channels and a length.
template <std::size_t... Extents>
struct input_step;

}  // namespace detail

/// The shape of one sample. It begins a network; inside one, it states what arrives there.
template <std::size_t... Extents>
struct input {
    static constexpr std::string_view kind = "input";
    static constexpr bool is_input = true;
    using when_streamed = detail::input_step<Extents...>;

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

template <std::size_t... Extents>
struct detail::input_step : input<Extents...> {
    static constexpr mismatch check(const extents&) { return mismatch::needs_time; }
};
template <std::size_t Channels, std::size_t Length>
struct detail::input_step<Channels, Length> : input<Channels, 1> {};

}  // namespace espalier::layer
