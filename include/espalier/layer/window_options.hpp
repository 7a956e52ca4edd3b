// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <type_traits>

#include <espalier/core/initializer.hpp>
#include <espalier/kernel/conv_geometry.hpp>
#include <espalier/layer/contract.hpp>
#include <espalier/layer/dense.hpp>
#include <espalier/layer/written.hpp>

/// The options of convolutions and pools: `conv2d<16, 3, stride<2>, padding<1>, no_bias>`, in any order.
namespace espalier {

template <std::size_t... Steps>
struct stride_option {};
template <std::size_t... Steps>
struct dilation_option {};
template <std::size_t... Widths>
struct padding_option {};
template <std::size_t... Widths>
struct output_padding_option {};
template <std::size_t Count>
struct groups_option {};
struct same_option {};
struct exclude_padding_option {};

/// Steps of the window: `stride<2>` along all axes, `stride<2, 1>` down and right.
template <auto... Arguments>
inline constexpr layer::written::stride<Arguments...> stride{};
template <auto... Steps>
    requires(layer::Size<Steps> && ...)
inline constexpr stride_option<Steps...> stride<Steps...>{};
/// Distances between neighbouring taps of a kernel, as for stride.
template <auto... Arguments>
inline constexpr layer::written::dilation<Arguments...> dilation{};
template <auto... Steps>
    requires(layer::Size<Steps> && ...)
inline constexpr dilation_option<Steps...> dilation<Steps...>{};
/// Zeros around the image: `padding<1>` everywhere, `padding<2, 1>` two above and below, one left and right,
/// `padding<0, 1, 2, 3>` top, left, bottom, right (of a signal, `padding<2, 0>` before and behind).
template <auto... Arguments>
inline constexpr layer::written::padding<Arguments...> padding{};
template <auto... Widths>
    requires(layer::Size<Widths> && ...)
inline constexpr padding_option<Widths...> padding<Widths...>{};
/// As many zeros as make the output the input's size, or its size divided by the stride, rounded up; of an odd number
/// the larger part lies behind.
inline constexpr same_option same{};
/// Channels fall into this many groups, each convolved on its own.
template <auto... Arguments>
inline constexpr layer::written::groups<Arguments...> groups{};
template <auto Count>
    requires layer::Size<Count>
inline constexpr groups_option<Count> groups<Count>{};
/// Rows and columns that a transposed convolution adds at the end of its output: strided convolutions map several
/// sizes to the same one.
template <auto... Arguments>
inline constexpr layer::written::output_padding<Arguments...> output_padding{};
template <auto... Widths>
    requires(layer::Size<Widths> && ...)
inline constexpr output_padding_option<Widths...> output_padding<Widths...>{};
/// An average is taken over the elements inside the image only, not over the zeros around it.
inline constexpr exclude_padding_option exclude_padding{};

namespace layer {

/// What the arguments of a convolution or pool say, whatever their order. Axes: 0 down, 1 right; a signal is an image
/// of one row.
struct window_options {
    std::size_t rank = 2;  // 1: the window runs along a signal
    std::size_t kernel[2] = {1, 1};
    std::size_t stride[2] = {1, 1};
    bool has_stride = false;
    std::size_t dilation[2] = {1, 1};
    std::size_t before[2] = {0, 0}, behind[2] = {0, 0};
    bool same = false, has_padding = false;
    std::size_t groups = 1;
    bool has_bias = true;
    bool counts_padding = true;
    std::size_t output_padding[2] = {0, 0};
    initializer start = initializers::automatic;

    bool is_valid = true;  // every argument is one of those above, and of the right rank; else the others say nothing

    constexpr std::size_t span(std::size_t axis) const { return (kernel[axis] - 1) * dilation[axis] + 1; }

    /// The convolution of `channels` images of a size, where it is one: conv_geometry::is_valid says so.
    constexpr kernel::conv_geometry geometry(std::size_t channels, const std::size_t (&size)[2],
                                             std::size_t out_channels) const {
        std::size_t pad[2][2] = {{before[0], behind[0]}, {before[1], behind[1]}};
        for (std::size_t axis = 0; same && axis < 2; ++axis) {
            const std::size_t outputs = (size[axis] + stride[axis] - 1) / stride[axis];
            const std::size_t reach = (outputs - 1) * stride[axis] + span(axis);
            const std::size_t missing = reach > size[axis] ? reach - size[axis] : 0;
            pad[axis][0] = missing / 2;
            pad[axis][1] = missing - missing / 2;
        }
        return {channels,  size[0],   size[1],   out_channels, kernel[0],   kernel[1],   stride[0], stride[1],
                pad[0][0], pad[1][0], pad[0][1], pad[1][1],    dilation[0], dilation[1], groups};
    }
};

namespace detail {

/// One number for all axes, or one for each.
template <std::size_t... Numbers>
constexpr void set_axes(window_options& options, std::size_t (&axes)[2]) {
    constexpr std::size_t count = sizeof...(Numbers);
    constexpr std::size_t numbers[count + 1] = {Numbers...};
    options.is_valid = options.is_valid && (count == 1 || count == options.rank);
    const std::size_t first = 2 - options.rank;
    for (std::size_t axis = first; axis < 2; ++axis) axes[axis] = numbers[count > 1 ? axis - first : 0];
}

template <std::size_t... Steps>
constexpr void apply(window_options& options, stride_option<Steps...>) {
    set_axes<Steps...>(options, options.stride);
    options.has_stride = true;
    options.is_valid = options.is_valid && ((Steps > 0) && ...);
}
template <std::size_t... Steps>
constexpr void apply(window_options& options, dilation_option<Steps...>) {
    set_axes<Steps...>(options, options.dilation);
    options.is_valid = options.is_valid && ((Steps > 0) && ...);
}
template <std::size_t... Widths>
constexpr void apply(window_options& options, padding_option<Widths...>) {
    options.has_padding = true;
    constexpr std::size_t count = sizeof...(Widths);
    if constexpr (count == 4) {
        constexpr std::size_t widths[] = {Widths...};
        for (std::size_t axis = 0; axis < 2; ++axis) {
            options.before[axis] = widths[axis];
            options.behind[axis] = widths[2 + axis];
        }
        options.is_valid = options.is_valid && options.rank == 2;
    } else if (count == 2 && options.rank == 1) {
        constexpr std::size_t widths[count + 1] = {Widths...};
        options.before[1] = widths[0];
        options.behind[1] = widths[1];
    } else {
        set_axes<Widths...>(options, options.before);
        set_axes<Widths...>(options, options.behind);
    }
}
template <std::size_t... Widths>
constexpr void apply(window_options& options, output_padding_option<Widths...>) {
    set_axes<Widths...>(options, options.output_padding);
}
template <std::size_t Count>
constexpr void apply(window_options& options, groups_option<Count>) {
    options.groups = Count;
    options.is_valid = options.is_valid && Count > 0;
}
constexpr void apply(window_options& options, same_option) { options.same = true; }
constexpr void apply(window_options& options, exclude_padding_option) { options.counts_padding = false; }
constexpr void apply(window_options& options, no_bias_option) { options.has_bias = false; }
constexpr void apply(window_options& options, initializer start) { options.start = start; }

/// Numbers come first and are the kernel's extents; one number is a square.
template <auto... Arguments>
constexpr window_options window_options_of(std::size_t rank) {
    window_options options;
    options.rank = rank;
    std::size_t extents[2] = {}, count = 0;
    bool options_begun = false;
    const auto take = [&](auto argument) {
        if constexpr (std::integral<decltype(argument)>) {
            options.is_valid = options.is_valid && count < rank && argument > 0 && !options_begun;
            if (count < 2) extents[count++] = static_cast<std::size_t>(argument);
        } else {
            options_begun = true;
            if constexpr (requires { apply(options, argument); })
                apply(options, argument);
            else
                options.is_valid = false;
        }
    };
    (take(Arguments), ...);
    options.is_valid = options.is_valid && (count == 1 || count == rank) && !(options.same && options.has_padding);
    if (!options.is_valid) return {.rank = rank, .is_valid = false};
    options.kernel[1] = extents[count - 1];
    if (rank == 2) options.kernel[0] = extents[0];
    return options;
}

/// A layer's arguments without no_bias: what it is with the bias that a batch_norm behind it folds into.
template <auto... Arguments>
struct argument_list {
    template <template <auto...> class Layer>
    using into = Layer<Arguments...>;
    template <template <std::size_t, auto...> class Layer, std::size_t OutChannels>
    using into_channels = Layer<OutChannels, Arguments...>;
};
template <class Kept, auto... Rest>
struct without_no_bias {
    using type = Kept;
};
template <auto... Kept, auto First, auto... Rest>
struct without_no_bias<argument_list<Kept...>, First, Rest...>
    : without_no_bias<std::conditional_t<std::is_same_v<std::remove_cv_t<decltype(First)>, no_bias_option>,
                                         argument_list<Kept...>, argument_list<Kept..., First>>,
                      Rest...> {};
template <auto... Arguments>
using biased_arguments = typename without_no_bias<argument_list<>, Arguments...>::type;

/// The numbers among the arguments, as tables show them.
template <auto... Arguments>
constexpr auto shown_numbers() {
    constexpr std::size_t count = (std::size_t{std::integral<decltype(Arguments)>} + ... + 0);
    std::array<double, count> numbers{};
    std::size_t i = 0;
    const auto take = [&](auto argument) {
        if constexpr (std::integral<decltype(argument)>) numbers[i++] = static_cast<double>(argument);
    };
    (take(Arguments), ...);
    return numbers;
}

/// [channels][height][width], or [channels][length] as an image of one row.
struct image {
    std::size_t channels = 1;
    std::size_t size[2] = {1, 1};

    constexpr explicit image(const extents& shape) : channels(shape.extent[0]) {
        size[1] = shape.extent[shape.rank == 2 ? 1 : 2];
        if (shape.rank == 3) size[0] = shape.extent[1];
    }
};

constexpr extents image_shape(std::size_t rank, std::size_t channels, std::size_t height, std::size_t width) {
    extents made;
    made.rank = rank + 1;
    made.extent[0] = channels;
    made.extent[1] = rank == 1 ? width : height;
    if (rank == 2) made.extent[2] = width;
    return made;
}

}  // namespace detail
}  // namespace layer
}  // namespace espalier
