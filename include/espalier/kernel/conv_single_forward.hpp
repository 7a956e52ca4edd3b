// SPDX-License-Identifier: MIT
#pragma once

#include <type_traits>

#include <espalier/kernel/conv_forward.hpp>
#include <espalier/kernel/conv_input_gradient.hpp>
#include <espalier/kernel/conv_single.hpp>

namespace espalier::kernel {

namespace detail {

/// Copies an image into zeroed planes.
template <const gather& Of, const auto& Layout, class Scalar>
ESPALIER_INLINE void copy_image(const Scalar* x, Scalar* image) {
    std::fill_n(image, Layout.image, Scalar{});
    for (std::ptrdiff_t c = 0; c < as_signed(Of.groups * Of.sources); ++c)
        for (std::ptrdiff_t y = 0; y < Of.y.sources; ++y, x += Of.x.sources) {
            const std::ptrdiff_t in_y = y + Layout.y.before;
            Scalar* const to = image + c * Layout.channel + in_y % Layout.y.planes * Layout.x.planes * Layout.plane +
                               in_y / Layout.y.planes * Layout.x.size;
            for (std::ptrdiff_t i = 0; i < Of.x.sources; ++i) {
                const std::ptrdiff_t in_x = i + Layout.x.before;
                to[in_x % Layout.x.planes * Layout.plane + in_x / Layout.x.planes] = x[i];
            }
        }
}

/// The taps of one phase, as distances from the phase's first weight and from an output's place in the first plane.
template <const gather& Of>
struct single_taps {
    std::size_t count = 0;
    std::ptrdiff_t weight[Of.y.taps * Of.x.taps] = {};
    std::ptrdiff_t source[Of.y.taps * Of.x.taps] = {};

    template <class Layout>
    single_taps(const gather_phase& ys, const gather_phase& xs, const Layout& layout) {
        for (std::ptrdiff_t y = 0; y < ys.taps; ++y)
            for (std::ptrdiff_t x = 0; x < xs.taps; ++x) {
                const std::ptrdiff_t in_y = ys.source + y * Of.y.tap_source() + layout.y.before;
                const std::ptrdiff_t in_x = xs.source + x * Of.x.tap_source() + layout.x.before;
                weight[count] = (ys.tap + y * Of.y.tap_step()) * Of.x.taps + xs.tap + x * Of.x.tap_step();
                source[count] = (in_y % layout.y.planes * layout.x.planes + in_x % layout.x.planes) * layout.plane +
                                in_y / layout.y.planes * layout.x.size + in_x / layout.x.planes;
                ++count;
            }
    }
};

/// Rows output channels by Vectors registers of neighbouring outputs.
template <const gather& Of, std::size_t Rows, std::size_t Vectors, class Scalar, class Initial>
ESPALIER_INLINE void single_tile(const Scalar* weight, const Scalar* image, std::ptrdiff_t channel,
                                 const single_taps<Of>& taps, const Initial& initial, Scalar* to,
                                 std::ptrdiff_t row_stride) {
    simd<Scalar> sums[Rows][Vectors];
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
        const simd<Scalar> start = initial(row);
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) sums[row][v] = start;
    }
    for (std::size_t s = 0; s < Of.sources; ++s, weight += Of.source_stride, image += channel)
        for (std::size_t tap = 0; tap < taps.count; ++tap) {
            const Scalar* const w = weight + taps.weight[tap];
            const Scalar* const from = image + taps.source[tap];
            simd<Scalar> shared[Vectors];
            ESPALIER_UNROLL
            for (std::size_t v = 0; v < Vectors; ++v) {
                simd<Scalar> vector = load(from + v * simd_width<Scalar>);
                if constexpr (Rows > 1) keep_in_register(vector);
                shared[v] = vector;
            }
            ESPALIER_UNROLL
            for (std::size_t row = 0; row < Rows; ++row) {
                simd<Scalar> factor(w[row * Of.row_stride]);
                if constexpr (Vectors > 1) keep_in_register(factor);
                ESPALIER_UNROLL
                for (std::size_t v = 0; v < Vectors; ++v) sums[row][v] = multiply_add(factor, shared[v], sums[row][v]);
            }
        }
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v)
            store(to + as_signed(row) * row_stride + as_signed(v * simd_width<Scalar>), sums[row][v]);
    }
}

template <const gather& Of, class Scalar>
inline constexpr single_layout<Scalar> layout_of{Of};

/// One image: epilogue(first feature, register of consecutive features); scratch as conv_single_scratch says.
template <const gather& Of, class Scalar, class Bias, class Epilogue>
ESPALIER_INLINE void gather_single(const Scalar* weight, Bias bias, const Scalar* x, Scalar* scratch,
                                   Epilogue& epilogue) {
    constexpr auto& layout = layout_of<Of, Scalar>;
    constexpr std::ptrdiff_t width = as_signed(simd_width<Scalar>), tile_width = as_signed(layout.tile.columns) * width;
    constexpr std::ptrdiff_t row_size = layout.vectors * width;
    Scalar* const image = scratch;
    Scalar* const row_sums = image + aligned_size<Scalar>(layout.image);
    Scalar* const z = row_sums + aligned_size<Scalar>(layout.row_sums);  // from feature `emitted` on
    constexpr bool in_order = Of.y.divisor * Of.x.divisor == 1;
    std::size_t emitted = 0;
    const auto emit_until = [&](std::size_t feature) ESPALIER_INLINE_LAMBDA {
        const Scalar* from = z;
        for (; emitted + simd_width<Scalar> <= feature; emitted += simd_width<Scalar>, from += simd_width<Scalar>)
            epilogue(emitted, load(from));
        if (from != z) std::copy(from, from + (feature - emitted), z);
    };
    copy_image<Of, layout>(x, image);
    for (std::ptrdiff_t phase = 0; phase < Of.y.divisor * Of.x.divisor; ++phase) {
        const gather_phase ys(Of.y, phase / Of.x.divisor), xs(Of.x, phase % Of.x.divisor);
        const single_taps<Of> taps(ys, xs, layout);
        const std::ptrdiff_t outputs = (ys.count - 1) * layout.x.size + xs.count;
        for (std::size_t group = 0; group < Of.groups; ++group)
            for_each_part<Of.rows, layout.tile.rows>([&](auto height, std::size_t first) ESPALIER_INLINE_LAMBDA {
                const std::size_t channel = group * Of.rows + first;
                for (std::ptrdiff_t at = 0; at < outputs; at += tile_width)
                    single_tile<Of, height, layout.tile.columns>(
                        weight + group * Of.group_stride() + first * Of.row_stride,
                        image + as_signed(group * Of.sources) * layout.channel + at, layout.channel, taps,
                        [&](std::size_t row) ESPALIER_INLINE_LAMBDA {
                            if constexpr (std::is_same_v<Bias, no_bias>)
                                return simd<Scalar>(Scalar{});
                            else
                                return simd<Scalar>(bias[channel + row]);
                        },
                        row_sums + at, row_size);
                for (std::size_t row = 0; row < height; ++row)
                    for (std::ptrdiff_t y = 0; y < ys.count; ++y) {
                        const Scalar* const from = row_sums + as_signed(row) * row_size + y * layout.x.size;
                        const std::ptrdiff_t first_pixel =
                            (as_signed(channel + row) * Of.y.outputs + ys.first + y * Of.y.divisor) * Of.x.outputs;
                        Scalar* const to = z + first_pixel - as_signed(emitted) + xs.first;
                        for (std::ptrdiff_t i = 0; i < xs.count; ++i) to[i * Of.x.divisor] = from[i];
                    }
                if constexpr (in_order)
                    emit_until((channel + height) * static_cast<std::size_t>(Of.y.outputs * Of.x.outputs));
            });
    }
    emit_until(Of.outputs());
    if (emitted < Of.outputs()) epilogue(emitted, load(z));
}

}  // namespace detail

/// conv_forward for one image x [channels][height][width]: epilogue(first feature, register of consecutive features),
/// the first being a multiple of the register's width; lanes past the last feature hold anything.
template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
[[gnu::noinline]] void conv_forward_single(const Scalar* weight, Bias bias, const Scalar* x, Scalar* scratch,
                                           Epilogue& epilogue) {
    detail::gather_single<detail::gather_of_forward<Geometry>>(weight, bias, x, scratch, epilogue);
}

/// conv_input_gradient with a bias, a transposed convolution, for one image [out][out_height][out_width].
template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
[[gnu::noinline]] void conv_transpose_single(const Scalar* weight, Bias bias, const Scalar* x, Scalar* scratch,
                                             Epilogue& epilogue) {
    detail::gather_single<detail::gather_of_input<Geometry>>(weight, bias, x, scratch, epilogue);
}

}  // namespace espalier::kernel
