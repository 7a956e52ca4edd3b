// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/pool.hpp>
#include <espalier/layer/window_options.hpp>

namespace espalier::layer {

namespace detail {

/// As the user wrote them, for tables: for the number of axes that they fit.
template <auto... Arguments>
constexpr window_options written_options() {
    constexpr window_options of_images = window_options_of<Arguments...>(2);
    return of_images.is_valid ? of_images : window_options_of<Arguments...>(1);
}

/// A window of the arguments' extents, which steps by itself unless stride<…> says otherwise. How many axes it has is
/// the input's matter.
template <auto... Arguments>
struct pool_window {
    static constexpr window_options options_for(std::size_t rank) {
        window_options options = window_options_of<Arguments...>(rank);
        for (std::size_t axis = 0; axis < 2; ++axis) {
            if (!options.has_stride) options.stride[axis] = options.kernel[axis];
            // A window among the padding alone would have nothing to choose from.
            if (options.before[axis] >= options.kernel[axis] || options.behind[axis] >= options.kernel[axis])
                options.is_valid = false;
            if (options.dilation[axis] != 1 || options.output_padding[axis] != 0) options.is_valid = false;
        }
        if (options.groups != 1 || !options.has_bias || options.start != initializers::automatic)
            options.is_valid = false;
        return options;
    }
    static constexpr bool is_valid = options_for(1).is_valid || options_for(2).is_valid;
    static constexpr bool counts_padding = options_for(1).counts_padding && options_for(2).counts_padding;

    static constexpr mismatch check(const extents& input) {
        if (!is_valid) return mismatch::pool_arguments;
        if (input.rank != 2 && input.rank != 3) return mismatch::needs_channels;
        if (!options_for(input.rank - 1).is_valid) return mismatch::needs_channels;
        return geometry(input).is_valid() ? mismatch::none : mismatch::window_exceeds_input;
    }
    static constexpr kernel::conv_geometry geometry(const extents& input) {
        const image x(input);
        kernel::conv_geometry g = options_for(input.rank - 1).geometry(x.channels, x.size, x.channels);
        g.groups = x.channels;
        return g;
    }
};

/// Windows that cut the image into as many pieces as the arguments say; without arguments, one.
template <std::size_t... Pieces>
struct pool_pieces {
    static constexpr bool counts_padding = true;
    static constexpr std::size_t count = sizeof...(Pieces);
    static constexpr std::size_t pieces[count + 1] = {Pieces...};

    static constexpr mismatch check(const extents& input) {
        if ((input.rank != 2 && input.rank != 3) || (count > 1 && count != input.rank - 1))
            return mismatch::needs_channels;
        if (!((Pieces > 0) && ...)) return mismatch::pieces_do_not_divide;
        const kernel::conv_geometry g = geometry(input);
        const bool divides = g.height % g.kernel_h == 0 && g.width % g.kernel_w == 0 &&
                             g.out_height() == pieces_along(0, input.rank) &&
                             g.out_width() == pieces_along(1, input.rank);
        return divides ? mismatch::none : mismatch::pieces_do_not_divide;
    }
    static constexpr kernel::conv_geometry geometry(const extents& input) {
        const image x(input);
        kernel::conv_geometry g;
        g.channels = g.out_channels = g.groups = x.channels;
        g.height = x.size[0];
        g.width = x.size[1];
        g.kernel_h = g.stride_h = std::max<std::size_t>(g.height / pieces_along(0, input.rank), 1);
        g.kernel_w = g.stride_w = std::max<std::size_t>(g.width / pieces_along(1, input.rank), 1);
        return g;
    }

private:
    static constexpr std::size_t pieces_along(std::size_t axis, std::size_t rank) {
        if (count == 0 || (rank == 2 && axis == 0)) return 1;
        return count == 1 ? pieces[0] : pieces[axis];
    }
};

/// What pools share.
template <class Window>
struct pooling {
    using window = Window;
    static constexpr bool whole_batch = true;
    static constexpr reads input_gradient_reads{};

    static constexpr mismatch check(const extents& input) { return Window::check(input); }
    static constexpr extents output(const extents& input) {
        if (check(input) != mismatch::none) return input;
        const kernel::conv_geometry g = Window::geometry(input);
        return image_shape(input.rank - 1, g.channels, g.out_height(), g.out_width());
    }
};

template <class Window>
struct average_pooling : pooling<Window> {
    template <extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const*, const Scalar* x, std::size_t rows, batch_memory, Epilogue& epilogue) {
        kernel::average_pool_forward<Scalar, Window::geometry(Input), Window::counts_padding>(x, rows, epilogue);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const*, const Scalar*, const Scalar*, const Scalar* delta,
                               std::size_t rows, batch_memory, Epilogue& epilogue) {
        kernel::average_pool_input_gradient<Scalar, Window::geometry(Input), Window::counts_padding>(delta, rows,
                                                                                                     epilogue);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const*, const Scalar* x, batch_memory, Epilogue& epilogue) {
        kernel::average_pool_single<Scalar, Window::geometry(Input), Window::counts_padding>(x, epilogue);
    }
};

}  // namespace detail

/// [channels][height][width] or [channels][length]: the largest element of each window. Arguments: the window's
/// extents, then stride<…> (the window's extents by default), padding<…> (never the largest), same. For its gradient
/// it keeps the largest one's place in its window, a byte an element.
template <auto... Arguments>
struct max_pool : detail::pooling<detail::pool_window<Arguments...>> {
    using window = detail::pool_window<Arguments...>;
    static constexpr std::string_view kind = "max_pool";
    static constexpr window_options options = detail::written_options<Arguments...>();
    static constexpr std::array arguments = detail::shown_numbers<Arguments...>();

    static constexpr mismatch check(const extents& input) {
        if (!window::counts_padding) return mismatch::pool_arguments;
        const mismatch refused = window::check(input);
        if (refused != mismatch::none) return refused;
        return window::geometry(input).taps() <= 256 ? mismatch::none : mismatch::pool_too_large;
    }

    template <extents Input, class Scalar>
    static constexpr std::size_t kept_bytes(std::size_t rows) {
        return blocks_for<Scalar>(rows) * block_lanes<Scalar> * window::geometry(Input).outputs();
    }

    template <extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const*, const Scalar* x, std::size_t rows, batch_memory memory,
                        Epilogue& epilogue) {
        kernel::max_pool_forward<Scalar, window::geometry(Input), Train>(
            x, rows, reinterpret_cast<std::uint8_t*>(memory.kept), epilogue);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const*, const Scalar*, const Scalar*, const Scalar* delta,
                               std::size_t rows, batch_memory memory, Epilogue& epilogue) {
        kernel::max_pool_input_gradient<Scalar, window::geometry(Input)>(
            delta, rows, reinterpret_cast<const std::uint8_t*>(memory.kept), epilogue);
    }
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const*, const Scalar* x, batch_memory, Epilogue& epilogue) {
        kernel::max_pool_single<Scalar, window::geometry(Input)>(x, epilogue);
    }
};

/// [channels][height][width] or [channels][length]: the mean of each window. Arguments as for max_pool; zeros of the
/// padding count, unless exclude_padding is given.
template <auto... Arguments>
struct average_pool : detail::average_pooling<detail::pool_window<Arguments...>> {
    static constexpr std::string_view kind = "average_pool";
    static constexpr window_options options = detail::written_options<Arguments...>();
    static constexpr std::array arguments = detail::shown_numbers<Arguments...>();
};

/// [channels][height][width] → [channels][Pieces][Pieces], or [channels][Pieces…] with two of them, or a signal
/// [channels][length] → [channels][Pieces]: the means of equal pieces.
template <std::size_t... Pieces>
struct adaptive_average_pool : detail::average_pooling<detail::pool_pieces<Pieces...>> {
    static constexpr std::string_view kind = "adaptive_average_pool";
    static constexpr std::array arguments = detail::shown_numbers<Pieces...>();

    static constexpr mismatch check(const extents& input) {
        return sizeof...(Pieces) > 0 ? detail::pool_pieces<Pieces...>::check(input) : mismatch::pieces_do_not_divide;
    }
};

/// [channels][height][width] or [channels][length] → [channels]: the mean of each channel.
struct global_average_pool : detail::average_pooling<detail::pool_pieces<>> {
    static constexpr std::string_view kind = "global_average_pool";

    static constexpr extents output(const extents& input) {
        if (check(input) != mismatch::none) return input;
        extents made;
        made.rank = 1;
        made.extent[0] = input.extent[0];
        return made;
    }
};

}  // namespace espalier::layer
