// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv.hpp>
#include <espalier/kernel/conv_step.hpp>
#include <espalier/layer/window_options.hpp>

namespace espalier::layer {

namespace detail {

/// Invalid where something is given that a convolution does not take.
template <auto... Arguments>
constexpr window_options convolution_options(std::size_t rank, bool has_channels = true) {
    window_options options = window_options_of<Arguments...>(rank);
    options.is_valid = options.is_valid && has_channels && options.counts_padding &&
                       options.output_padding[0] + options.output_padding[1] == 0;
    return options;
}
template <auto... Arguments>
constexpr window_options depthwise_options(std::size_t rank) {
    return convolution_options<Arguments...>(rank, window_options_of<Arguments...>(rank).groups == 1);
}

/// What convolutions share: W ∗ x + b on [channels][height][width], or [channels][length] if Options.rank is 1, with
/// W [out][channels / groups][kernel…], b [out]. OutChannels 0: depthwise, each channel is convolved on its own.
template <std::size_t OutChannels, window_options Options>
struct convolution {
    static constexpr window_options options = Options;  // clang 19 reads elements of the argument itself wrong
    static constexpr bool has_bias = Options.has_bias;
    static constexpr initializer start = Options.start;  // clang 19 crashes on a copy from the template argument itself
    static constexpr bool whole_batch = true;
    static constexpr reads parameter_gradient_reads{.input = true};
    static constexpr reads input_gradient_reads{.parameters = true};

    static constexpr mismatch check(const extents& input) {
        if (!options.is_valid) return mismatch::convolution_arguments;
        if (input.rank != options.rank + 1) return options.rank == 1 ? mismatch::needs_signal : mismatch::needs_image;
        const kernel::conv_geometry g = geometry(input);
        if (g.channels % g.groups != 0 || g.out_channels % g.groups != 0) return mismatch::groups_do_not_divide;
        return g.is_valid() ? mismatch::none : mismatch::window_exceeds_input;
    }
    static constexpr extents output(const extents& input) {
        if (check(input) != mismatch::none) return input;
        const kernel::conv_geometry g = geometry(input);
        return image_shape(options.rank, g.out_channels, g.out_height(), g.out_width());
    }
    static constexpr auto parameters(const extents& input) {
        const kernel::conv_geometry g = geometry(input);
        const std::size_t fan_in = g.channels / g.groups * g.taps(), fan_out = g.out_channels * g.taps();
        std::array<parameter, has_bias ? 2 : 1> list;
        list[0] = {"weight", weight_shape(g.out_channels, g.channels / g.groups), fan_in, fan_out, start};
        if constexpr (has_bias) {
            extents channels;
            channels.rank = 1;
            channels.extent[0] = g.out_channels;
            list[1] = {"bias", channels, fan_in, fan_out, initializers::zeros};
        }
        return list;
    }

    /// For one sample, a product counted as two operations, those with the padding's zeros too; each gradient costs
    /// the same.
    static constexpr std::size_t flops(const extents& input) {
        const kernel::conv_geometry g = geometry(input);
        return 2 * g.outputs() * (g.channels / g.groups) * g.taps();
    }

    template <extents Input, class Scalar>
    static constexpr std::size_t forward_single_scratch() {
        return kernel::conv_single_scratch<Scalar>(kernel::detail::forward_gather(geometry(Input)));
    }

    template <extents Input, class Scalar>
    static constexpr std::size_t forward_scratch(std::size_t) {
        return sizeof(Scalar) * kernel::conv_forward_scratch<Scalar>(geometry(Input));
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t input_gradient_scratch(std::size_t) {
        return sizeof(Scalar) * kernel::conv_input_gradient_scratch<Scalar>(geometry(Input));
    }

    template <extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const* p, const Scalar* x, std::size_t rows, batch_memory memory,
                        Epilogue& epilogue) {
        kernel::conv_forward<Scalar, geometry(Input)>(p[0], bias(p), x, rows, reinterpret_cast<Scalar*>(memory.scratch),
                                                      epilogue);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const* p, const Scalar* x, batch_memory memory, Epilogue& epilogue) {
        kernel::conv_forward_single<Scalar, geometry(Input)>(p[0], bias(p), x,
                                                             reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }
    template <extents Input, bool FromRows, class Scalar>
    static void parameter_gradient(const Scalar* const*, const Scalar* x, const Scalar*, const Scalar* delta,
                                   std::size_t rows, batch_memory, Scalar* const* gradient) {
        constexpr kernel::conv_geometry g = geometry(Input);
        kernel::conv_weight_gradient<Scalar, g>(delta, x, rows, gradient[0]);
        if constexpr (has_bias)
            kernel::conv_bias_gradient(g.out_channels, g.out_height() * g.out_width(), delta, rows, gradient[1]);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const* p, const Scalar*, const Scalar*, const Scalar* delta,
                               std::size_t rows, batch_memory memory, Epilogue& epilogue) {
        kernel::conv_input_gradient<Scalar, geometry(Input)>(p[0], kernel::no_bias{}, delta, rows,
                                                             reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }

protected:
    static constexpr kernel::conv_geometry geometry(const extents& input) {
        const image x(input);
        constexpr bool is_depthwise = OutChannels == 0;
        kernel::conv_geometry g = options.geometry(x.channels, x.size, is_depthwise ? x.channels : OutChannels);
        if (is_depthwise) g.groups = x.channels;
        return g;
    }
    static constexpr extents weight_shape(std::size_t outs, std::size_t channels) {
        extents made;
        made.rank = options.rank + 2;
        made.extent[0] = outs;
        made.extent[1] = channels;
        for (std::size_t axis = 0; axis < options.rank; ++axis)
            made.extent[2 + axis] = options.kernel[2 - options.rank + axis];
        return made;
    }
    template <class Scalar>
    static auto bias(const Scalar* const* p) {
        if constexpr (has_bias)
            return p[1];
        else
            return kernel::no_bias{};
    }
};

/// What a 1-D convolution is in a stream: [channels][1] → [OutChannels][1] from the steps so far, whose products with
/// later taps lie in memory.kept.
template <std::size_t OutChannels, window_options Options>
struct convolution_step : convolution<OutChannels, Options> {
    static constexpr std::string_view kind = OutChannels == 0 ? "depthwise_conv1d" : "conv1d";
    static constexpr bool reads_before_window = Options.before[1] > 0;

    static constexpr mismatch check(const extents& input) {
        constexpr std::size_t past = Options.span(1) - 1;
        if (input.rank != 2) return mismatch::needs_time;
        if (Options.stride[1] != 1) return mismatch::skips_steps;
        if ((Options.same && past > 0) || Options.behind[1] > 0) return mismatch::looks_ahead;
        return Options.before[1] > past ? mismatch::runs_ahead : mismatch::none;
    }
    static constexpr extents output(const extents& input) {
        return image_shape(1, OutChannels == 0 ? input.extent[0] : OutChannels, 1, 1);
    }
    static constexpr std::size_t flops(const extents& input) {
        const kernel::conv_step_geometry g = step_geometry(input);
        return 2 * g.out_channels * (g.channels / g.groups) * g.kernel;
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t forward_single_scratch() {
        return 0;
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t stream_bytes() {
        return kernel::conv_step_bytes<Scalar>(step_geometry(Input));
    }
    template <extents Input, class Scalar>
    static void prepare_stream(const Scalar* const* p, std::byte* kept) {
        kernel::conv_step_pack<Scalar, step_geometry(Input)>(p[0], kept);
    }
    template <extents Input, class Scalar>
    static void reset_stream(const Scalar* const* p, std::byte* kept) {
        kernel::conv_step_reset<Scalar, step_geometry(Input)>(convolution_step::bias(p), kept);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const*, const Scalar* x, batch_memory memory, Epilogue& epilogue) {
        kernel::conv_step<Scalar, step_geometry(Input)>(x, memory.kept, epilogue);
    }

private:
    static constexpr kernel::conv_step_geometry step_geometry(const extents& input) {
        const kernel::conv_geometry g = convolution_step::geometry(input);
        return {g.channels, g.out_channels, g.kernel_w, g.dilation_w, g.groups};
    }
};

}  // namespace detail

/// [channels][height][width] → [OutChannels][…][…]: W ∗ x + b, as cross-correlation, with W [OutChannels][channels /
/// groups][kernel_h][kernel_w], b [OutChannels], in PyTorch's layout. Arguments: the kernel's one or two extents, then
/// in any order stride, padding, same, dilation, groups, no_bias, an initializer of W.
template <std::size_t OutChannels, auto... Arguments>
struct conv2d : detail::convolution<OutChannels, detail::convolution_options<Arguments...>(2, OutChannels > 0)> {
    static constexpr std::string_view kind = "conv2d";
    using with_bias = typename detail::biased_arguments<Arguments...>::template into_channels<conv2d, OutChannels>;
    static constexpr std::array arguments = detail::shown_numbers<OutChannels, Arguments...>();
};

/// [channels][length] → [OutChannels][…], as conv2d with one kernel extent: W [OutChannels][channels / groups][kernel].
template <std::size_t OutChannels, auto... Arguments>
struct conv1d : detail::convolution<OutChannels, detail::convolution_options<Arguments...>(1, OutChannels > 0)> {
    static constexpr std::string_view kind = "conv1d";
    using when_streamed = detail::convolution_step<OutChannels, detail::window_options_of<Arguments...>(1)>;
    using with_bias = typename detail::biased_arguments<Arguments...>::template into_channels<conv1d, OutChannels>;
    static constexpr std::array arguments = detail::shown_numbers<OutChannels, Arguments...>();
};

/// [channels][height][width] → [channels][…][…], each channel by a kernel of its own: W [channels][1][kernel_h]
/// [kernel_w]. Arguments as for conv2d, without channels and groups.
template <auto... Arguments>
struct depthwise_conv2d : detail::convolution<0, detail::depthwise_options<Arguments...>(2)> {
    static constexpr std::string_view kind = "depthwise_conv2d";
    using with_bias = typename detail::biased_arguments<Arguments...>::template into<depthwise_conv2d>;
    static constexpr std::array arguments = detail::shown_numbers<Arguments...>();
};

/// [channels][length] → [channels][…], as depthwise_conv2d.
template <auto... Arguments>
struct depthwise_conv1d : detail::convolution<0, detail::depthwise_options<Arguments...>(1)> {
    static constexpr std::string_view kind = "depthwise_conv1d";
    using when_streamed = detail::convolution_step<0, detail::window_options_of<Arguments...>(1)>;
    using with_bias = typename detail::biased_arguments<Arguments...>::template into<depthwise_conv1d>;
    static constexpr std::array arguments = detail::shown_numbers<Arguments...>();
};

}  // namespace espalier::layer
