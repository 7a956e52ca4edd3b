// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv.hpp>
#include <espalier/layer/window_options.hpp>

namespace espalier::layer {

namespace detail {

/// Invalid where something is given that a transposed convolution does not take. output_padding must leave the adjoint
/// convolution the input's size.
template <auto... Arguments>
constexpr window_options transposed_options(std::size_t rank, bool has_channels) {
    window_options options = window_options_of<Arguments...>(rank);
    options.is_valid = options.is_valid && has_channels && !options.same && options.counts_padding;
    for (std::size_t axis = 0; axis < 2; ++axis)
        options.is_valid = options.is_valid && options.output_padding[axis] < options.stride[axis];
    return options;
}

/// The adjoint of a convolution, which goes from this layer's output to its input: forward is that one's input
/// gradient, and the reverse.
template <std::size_t OutChannels, window_options Options>
struct transposed_convolution {
    static constexpr window_options options = Options;  // clang 19 reads elements of the argument itself wrong
    static constexpr bool has_bias = Options.has_bias;
    static constexpr initializer start = Options.start;  // clang 19 crashes on a copy from the template argument itself
    static constexpr bool whole_batch = true;
    static constexpr reads parameter_gradient_reads{.input = true};
    static constexpr reads input_gradient_reads{.parameters = true};

    static constexpr mismatch check(const extents& input) {
        if (!options.is_valid) return mismatch::transpose_arguments;
        if (input.rank != options.rank + 1) return options.rank == 1 ? mismatch::needs_signal : mismatch::needs_image;
        const image x(input);
        if (x.channels % options.groups != 0 || OutChannels % options.groups != 0)
            return mismatch::groups_do_not_divide;
        for (std::size_t axis = 0; axis < 2; ++axis)
            if ((x.size[axis] - 1) * options.stride[axis] + options.span(axis) + options.output_padding[axis] <=
                options.before[axis] + options.behind[axis])
                return mismatch::transpose_cut_away;
        return mismatch::none;
    }
    static constexpr extents output(const extents& input) {
        if (check(input) != mismatch::none) return input;
        const kernel::conv_geometry g = adjoint(input);
        return image_shape(options.rank, g.channels, g.height, g.width);
    }
    static constexpr auto parameters(const extents& input) {
        const kernel::conv_geometry g = adjoint(input);
        const std::size_t fan_in = g.out_channels / g.groups * g.taps(), fan_out = g.channels * g.taps();
        std::array<parameter, has_bias ? 2 : 1> list;
        list[0] = {"weight", {}, fan_in, fan_out, start};
        list[0].shape.rank = options.rank + 2;
        list[0].shape.extent[0] = g.out_channels;
        list[0].shape.extent[1] = g.channels / g.groups;
        for (std::size_t axis = 0; axis < options.rank; ++axis)
            list[0].shape.extent[2 + axis] = options.kernel[2 - options.rank + axis];
        if constexpr (has_bias) list[1] = {"bias", shape<OutChannels>{}, fan_in, fan_out, initializers::zeros};
        return list;
    }

    /// The channel of the output that an element of W serves: not its first axis, as in other layers.
    static constexpr std::size_t output_channel(const extents& weight, std::size_t element) {
        std::size_t taps = 1;
        for (std::size_t axis = 2; axis < weight.rank; ++axis) taps *= weight.extent[axis];
        const std::size_t outs = weight.extent[1], in = element / (outs * taps);
        const std::size_t group = in / (weight.extent[0] / options.groups);
        return group * outs + element / taps % outs;
    }

    /// For one sample, a product counted as two operations; each gradient costs the same.
    static constexpr std::size_t flops(const extents& input) {
        const kernel::conv_geometry g = adjoint(input);
        return 2 * input.size() * (g.channels / g.groups) * g.taps();
    }

    template <extents Input, class Scalar>
    static constexpr std::size_t forward_single_scratch() {
        return kernel::conv_single_scratch<Scalar>(kernel::detail::input_gather(adjoint(Input)));
    }

    template <extents Input, class Scalar>
    static constexpr std::size_t forward_scratch(std::size_t) {
        return sizeof(Scalar) * kernel::conv_input_gradient_scratch<Scalar>(adjoint(Input));
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t input_gradient_scratch(std::size_t) {
        return sizeof(Scalar) * kernel::conv_forward_scratch<Scalar>(adjoint(Input));
    }

    template <extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const* p, const Scalar* x, std::size_t rows, batch_memory memory,
                        Epilogue& epilogue) {
        kernel::conv_input_gradient<Scalar, adjoint(Input)>(p[0], bias(p), x, rows,
                                                            reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const* p, const Scalar* x, batch_memory memory, Epilogue& epilogue) {
        kernel::conv_transpose_single<Scalar, adjoint(Input)>(p[0], bias(p), x,
                                                              reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }
    /// The kernel takes x for its δ: lanes without a sample hold zeros in the other factor.
    template <extents Input, bool FromRows, class Scalar>
    static void parameter_gradient(const Scalar* const*, const Scalar* x, const Scalar*, const Scalar* delta,
                                   std::size_t rows, batch_memory, Scalar* const* gradient) {
        constexpr kernel::conv_geometry g = adjoint(Input);
        kernel::conv_weight_gradient<Scalar, g>(x, delta, rows, gradient[0]);
        if constexpr (has_bias) kernel::conv_bias_gradient(g.channels, g.height * g.width, delta, rows, gradient[1]);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const* p, const Scalar*, const Scalar*, const Scalar* delta,
                               std::size_t rows, batch_memory memory, Epilogue& epilogue) {
        kernel::conv_forward<Scalar, adjoint(Input)>(p[0], kernel::no_bias{}, delta, rows,
                                                     reinterpret_cast<Scalar*>(memory.scratch), epilogue);
    }

private:
    static constexpr kernel::conv_geometry adjoint(const extents& input) {
        const image x(input);
        std::size_t size[2] = {};
        for (std::size_t axis = 0; axis < 2; ++axis)
            size[axis] = (x.size[axis] - 1) * options.stride[axis] + options.span(axis) + options.output_padding[axis] -
                         options.before[axis] - options.behind[axis];
        return options.geometry(OutChannels, size, x.channels);
    }
    template <class Scalar>
    static auto bias(const Scalar* const* p) {
        if constexpr (has_bias)
            return p[1];
        else
            return kernel::no_bias{};
    }
};

}  // namespace detail

/// [channels][height][width] → [OutChannels][…][…], the adjoint of conv2d with the same options (PyTorch's
/// ConvTranspose2d): W [channels][OutChannels / groups][kernel_h][kernel_w], b [OutChannels]. An extent n becomes
/// (n − 1) stride − padding before and behind + dilation (kernel − 1) + 1 + output_padding, the last below the stride.
template <std::size_t OutChannels, auto... Arguments>
struct conv_transpose2d
    : detail::transposed_convolution<OutChannels, detail::transposed_options<Arguments...>(2, OutChannels > 0)> {
    static constexpr std::string_view kind = "conv_transpose2d";
    using with_bias =
        typename detail::biased_arguments<Arguments...>::template into_channels<conv_transpose2d, OutChannels>;
    static constexpr std::array arguments = detail::shown_numbers<OutChannels, Arguments...>();
};

/// [channels][length] → [OutChannels][…], as conv_transpose2d with one kernel extent.
template <std::size_t OutChannels, auto... Arguments>
struct conv_transpose1d
    : detail::transposed_convolution<OutChannels, detail::transposed_options<Arguments...>(1, OutChannels > 0)> {
    static constexpr std::string_view kind = "conv_transpose1d";
    using with_bias =
        typename detail::biased_arguments<Arguments...>::template into_channels<conv_transpose1d, OutChannels>;
    static constexpr std::array arguments = detail::shown_numbers<OutChannels, Arguments...>();
};

}  // namespace espalier::layer
