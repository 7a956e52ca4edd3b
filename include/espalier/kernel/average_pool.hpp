// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/pool_windows.hpp>

namespace espalier::kernel {

namespace detail {

/// What an element of a window counts for.
template <class Scalar, conv_geometry G, bool CountsPadding>
constexpr Scalar share_of(std::size_t pixels) {
    return 1 / static_cast<Scalar>(CountsPadding ? G.taps() : pixels);
}

}  // namespace detail

/// The mean of each window: epilogue(block, feature, vector, value) once for each that holds samples. CountsPadding:
/// zeros of the padding count as elements; else the mean is over what lies inside the image.
///
/// input [block][channels][height][width][lanes]; `rows` ≥ 1 samples. Every window meets the image.
template <class Scalar, conv_geometry G, bool CountsPadding, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void average_pool_forward(const Scalar* input, std::size_t rows,
                                                             Epilogue& epilogue) {
    detail::for_each_channel<Scalar, G>(rows, [&](const detail::pool_block<Scalar, G>& at) ESPALIER_PART_LAMBDA {
        for (std::size_t y = 0; y < G.out_height(); ++y)
            for (std::size_t x = 0; x < G.out_width(); ++x) {
                const detail::stretch in_y = detail::pool_y<G>.pixels_of(y), in_x = detail::pool_x<G>.pixels_of(x);
                simd<Scalar> sum(Scalar{});
                for (std::size_t i = in_y.first; i < in_y.last; ++i)
                    for (std::size_t k = in_x.first; k < in_x.last; ++k) sum += load(input + at.input_at(i, k));
                const Scalar share = detail::share_of<Scalar, G, CountsPadding>(in_y.size() * in_x.size());
                epilogue(at.block, at.window(y, x), at.vector, sum * simd<Scalar>(share));
            }
    });
}

/// δ of each window is spread over its elements: epilogue(block, input feature, vector, value) once for each that
/// holds samples. delta [block][channels][out_height][out_width][lanes].
template <class Scalar, conv_geometry G, bool CountsPadding, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void average_pool_input_gradient(const Scalar* delta, std::size_t rows,
                                                                    Epilogue& epilogue) {
    constexpr detail::pool_axis ys = detail::pool_y<G>, xs = detail::pool_x<G>;
    detail::for_each_channel<Scalar, G>(rows, [&](const detail::pool_block<Scalar, G>& at) ESPALIER_PART_LAMBDA {
        for (std::size_t y = 0; y < G.height; ++y) {
            const detail::stretch over_y = ys.windows_of(y);
            for (std::size_t x = 0; x < G.width; ++x) {
                const detail::stretch over_x = xs.windows_of(x);
                simd<Scalar> sum(Scalar{});
                for (std::size_t i = over_y.first; i < over_y.last; ++i)
                    for (std::size_t k = over_x.first; k < over_x.last; ++k) {
                        const std::size_t pixels = ys.pixels_of(i).size() * xs.pixels_of(k).size();
                        sum = multiply_add(simd<Scalar>(detail::share_of<Scalar, G, CountsPadding>(pixels)),
                                           load(delta + at.output_at(i, k)), sum);
                    }
                epilogue(at.block, at.pixel(y, x), at.vector, sum);
            }
        }
    });
}

/// average_pool_forward for one image, as max_pool_single.
template <class Scalar, conv_geometry G, bool CountsPadding, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void average_pool_single(const Scalar* x, Epilogue& epilogue) {
    detail::pool_single<Scalar, G>(x, epilogue, [&](const Scalar* from, detail::stretch y, detail::stretch x_range) {
        Scalar sum{};
        for (std::size_t i = y.first; i < y.last; ++i)
            for (std::size_t k = x_range.first; k < x_range.last; ++k) sum += from[i * G.width + k];
        return sum * detail::share_of<Scalar, G, CountsPadding>(y.size() * x_range.size());
    });
}

}  // namespace espalier::kernel
