// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/grouped_norm.hpp>

namespace espalier::layer {

namespace detail {

/// The last `axes` axes of a shape, or all of them.
constexpr extents last_of(const extents& input, last_axes axes) {
    extents last;
    const std::size_t first = input.rank > axes.count ? input.rank - axes.count : 0;
    for (std::size_t i = first; i < input.rank; ++i) last.extent[last.rank++] = input.extent[i];
    return last;
}

template <last_axes Axes>
constexpr norm_groups last_axes_groups(const extents& input) {
    const std::size_t size = last_of(input, Axes).size();
    return {.groups = input.size() / size, .channels = size, .run = 1, .step = 0};
}

inline constexpr last_axes all_axes{extents::max_rank};

/// What layer_norm and rms_norm have in common.
template <bool Centred, bool HasWeight, bool HasBias, auto... Options>
struct axes_norm : grouped_norm<last_axes_groups<option_among(all_axes, Options...)>, Centred, HasWeight, HasBias,
                                option_among(epsilon(1e-5), Options...)> {
    static constexpr last_axes axes = option_among(all_axes, Options...);

    static constexpr mismatch check(const extents& input) {
        using of_centred = std::conditional_t<Centred, no_bias_option, no_affine_option>;
        constexpr bool known =
            options_of<last_axes, epsilon, no_affine_option, of_centred>::template have_all<Options...>;
        if (!known || !axes_norm::has_valid_epsilon || axes.count == 0) return mismatch::norm_options;
        return has_option<last_axes, Options...> && axes.count > input.rank ? mismatch::axis_missing : mismatch::none;
    }
    static constexpr auto parameters(const extents& input) { return axes_norm::affine_of(last_of(input, axes)); }
};

}  // namespace detail

/// y = (x − mean) / √(variance + ε) ⊙ weight + bias, the moments those of one sample: over all its features, or over
/// its last axes (the rank of PyTorch's normalized_shape). Weight and bias have the shape of what is normalised.
/// Options in any order: last_axes(n), epsilon(1e-5), no_affine, no_bias. (Ba, Kiros and Hinton 2016, eq. 4)
template <auto... Options>
struct layer_norm : detail::axes_norm<true, !detail::has_option<no_affine_option, Options...>,
                                      !detail::has_option<no_affine_option, Options...> &&
                                          !detail::has_option<no_bias_option, Options...>,
                                      Options...> {
    static constexpr std::string_view kind = "layer_norm";
    static constexpr norm_options options = detail::norm_options_of<Options...>();
};

/// y = x / √(mean of x² + ε) ⊙ weight, over all features of a sample or over its last axes. Options in any order:
/// last_axes(n), epsilon(1e-5), no_affine. (Zhang and Sennrich 2019, eq. 4)
template <auto... Options>
struct rms_norm : detail::axes_norm<false, !detail::has_option<no_affine_option, Options...>, false, Options...> {
    static constexpr std::string_view kind = "rms_norm";
    static constexpr norm_options options = detail::norm_options_of<Options...>();
};

}  // namespace espalier::layer
