// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/pool_windows.hpp>

namespace espalier::kernel {

/// The largest element of each window, the padding left out: epilogue(block, feature, vector, value) once for each
/// that holds samples. Keep: the place of the first largest one in its window, row-major, goes to `kept`, a byte an
/// element, [block][feature][lanes].
///
/// input [block][channels][height][width][lanes]; `rows` ≥ 1 samples. Every window meets the image.
template <class Scalar, conv_geometry G, bool Keep, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void max_pool_forward(const Scalar* input, std::size_t rows,
                                                         [[maybe_unused]] std::uint8_t* kept, Epilogue& epilogue) {
    constexpr detail::pool_axis ys = detail::pool_y<G>, xs = detail::pool_x<G>;
    detail::for_each_channel<Scalar, G>(rows, [&](const detail::pool_block<Scalar, G>& at) ESPALIER_PART_LAMBDA {
        for (std::size_t y = 0; y < ys.windows; ++y)
            for (std::size_t x = 0; x < xs.windows; ++x) {
                simd<Scalar> largest, place(Scalar{});
                const auto take = [&](std::size_t in_y, std::size_t in_x, std::size_t tap) ESPALIER_PART_LAMBDA {
                    const simd<Scalar> value = load(input + at.input_at(in_y, in_x));
                    const auto larger = value > largest;
                    largest = xsimd::select(larger, value, largest);
                    if constexpr (Keep) place = xsimd::select(larger, simd<Scalar>(static_cast<Scalar>(tap)), place);
                };
                if constexpr (detail::is_tiling<G> && G.taps() <= 16) {
                    largest = load(input + at.input_at(y * G.stride_h, x * G.stride_w));
                    unroll<G.taps() - 1>([&](auto i) ESPALIER_PART_LAMBDA {
                        constexpr std::size_t tap = i + 1;
                        take(y * G.stride_h + tap / G.kernel_w, x * G.stride_w + tap % G.kernel_w, tap);
                    });
                } else {
                    const detail::stretch in_y = ys.pixels_of(y), in_x = xs.pixels_of(x);
                    largest = load(input + at.input_at(in_y.first, in_x.first));
                    place =
                        simd<Scalar>(static_cast<Scalar>(ys.tap(in_y.first, y) * G.kernel_w + xs.tap(in_x.first, x)));
                    for (std::size_t i = in_y.first; i < in_y.last; ++i)
                        for (std::size_t k = in_x.first; k < in_x.last; ++k)
                            take(i, k, ys.tap(i, y) * G.kernel_w + xs.tap(k, x));
                }
                if constexpr (Keep) store_bytes(kept + at.output_at(y, x), place);
                epilogue(at.block, at.window(y, x), at.vector, largest);
            }
    });
}

/// δ of each window goes to the element that was its largest: epilogue(block, input feature, vector, value) once for
/// each that holds samples. delta [block][channels][out_height][out_width][lanes]; kept as above.
template <class Scalar, conv_geometry G, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void max_pool_input_gradient(const Scalar* delta, std::size_t rows,
                                                                const std::uint8_t* kept, Epilogue& epilogue) {
    constexpr detail::pool_axis ys = detail::pool_y<G>, xs = detail::pool_x<G>;
    const simd<Scalar> zero(Scalar{});
    detail::for_each_channel<Scalar, G>(rows, [&](const detail::pool_block<Scalar, G>& at) ESPALIER_PART_LAMBDA {
        const auto share = [&](std::size_t window_y, std::size_t window_x, std::size_t tap) ESPALIER_PART_LAMBDA {
            const std::size_t from = at.output_at(window_y, window_x);
            const auto chosen = load_integers<Scalar>(kept + from) == simd<Scalar>(static_cast<Scalar>(tap));
            return xsimd::select(chosen, load(delta + from), zero);
        };
        if constexpr (detail::is_tiling<G> && G.taps() <= 16) {
            for (std::size_t y = 0; y < ys.windows; ++y)
                for (std::size_t x = 0; x < xs.windows; ++x) {
                    const std::size_t from = at.output_at(y, x);
                    const simd<Scalar> arriving = load(delta + from), place = load_integers<Scalar>(kept + from);
                    unroll<G.taps()>([&](auto tap) ESPALIER_PART_LAMBDA {
                        epilogue(at.block,
                                 at.pixel(y * G.stride_h + tap / G.kernel_w, x * G.stride_w + tap % G.kernel_w),
                                 at.vector,
                                 xsimd::select(place == simd<Scalar>(static_cast<Scalar>(tap())), arriving, zero));
                    });
                }
            // What no window covers.
            for (std::size_t y = 0; y < G.height; ++y)
                for (std::size_t x = 0; x < G.width; ++x)
                    if (y / G.stride_h >= ys.windows || y % G.stride_h >= G.kernel_h || x / G.stride_w >= xs.windows ||
                        x % G.stride_w >= G.kernel_w)
                        epilogue(at.block, at.pixel(y, x), at.vector, zero);
        } else {
            for (std::size_t y = 0; y < G.height; ++y) {
                const detail::stretch over_y = ys.windows_of(y);
                for (std::size_t x = 0; x < G.width; ++x) {
                    const detail::stretch over_x = xs.windows_of(x);
                    simd<Scalar> sum = zero;
                    for (std::size_t i = over_y.first; i < over_y.last; ++i)
                        for (std::size_t k = over_x.first; k < over_x.last; ++k)
                            sum += share(i, k, ys.tap(y, i) * G.kernel_w + xs.tap(x, k));
                    epilogue(at.block, at.pixel(y, x), at.vector, sum);
                }
            }
        }
    });
}

/// max_pool_forward for one image x [channels][height][width]: epilogue(first feature, register of consecutive
/// features), the first being a multiple of the register's width; lanes past the last feature hold anything.
template <class Scalar, conv_geometry G, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void max_pool_single(const Scalar* x, Epilogue& epilogue) {
    detail::pool_single<Scalar, G>(x, epilogue, [&](const Scalar* from, detail::stretch y, detail::stretch x_range) {
        Scalar largest = from[y.first * G.width + x_range.first];
        for (std::size_t i = y.first; i < y.last; ++i)
            for (std::size_t k = x_range.first; k < x_range.last; ++k)
                largest = from[i * G.width + k] > largest ? from[i * G.width + k] : largest;
        return largest;
    });
}

}  // namespace espalier::kernel
