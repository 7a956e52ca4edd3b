// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <espalier/layer/grouped_norm.hpp>

namespace espalier::layer {

namespace detail {

template <std::size_t Groups>
constexpr norm_groups channel_groups(const extents& input) {
    const std::size_t channels = input.extent[0] / std::max<std::size_t>(Groups, 1);
    return {.groups = Groups, .channels = channels, .run = input.size() / input.extent[0], .step = channels};
}

}  // namespace detail

/// x [channels][…]: layer_norm within each of `Groups` groups of consecutive channels, with a weight and a bias for
/// each channel; Groups = channels is instance norm. Options in any order: epsilon(1e-5), no_affine.
/// (Wu and He 2018, eq. 1, 2, 6, 7)
template <std::size_t Groups, auto... Options>
struct group_norm
    : detail::grouped_norm<detail::channel_groups<Groups>, true, !detail::has_option<no_affine_option, Options...>,
                           !detail::has_option<no_affine_option, Options...>,
                           detail::option_among(epsilon(1e-5), Options...)> {
    static constexpr std::string_view kind = "group_norm";
    static constexpr norm_options options = detail::norm_options_of<Options...>();
    static constexpr std::array arguments{static_cast<double>(Groups)};

    static constexpr mismatch check(const extents& input) {
        constexpr bool known = detail::options_of<epsilon, no_affine_option>::template have_all<Options...>;
        if (!known || !group_norm::has_valid_epsilon) return mismatch::norm_options;
        return Groups > 0 && input.extent[0] % Groups == 0 ? mismatch::none : mismatch::groups_do_not_divide;
    }
    static constexpr auto parameters(const extents& input) {
        extents channels;
        channels.rank = 1;
        channels.extent[0] = input.extent[0];
        return group_norm::affine_of(channels);
    }
};

}  // namespace espalier::layer
