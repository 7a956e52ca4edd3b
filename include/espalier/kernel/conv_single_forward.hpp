// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <type_traits>

#include <espalier/kernel/conv_forward.hpp>
#include <espalier/kernel/conv_input_gradient.hpp>
#include <espalier/kernel/conv_single.hpp>

namespace espalier::kernel {

namespace detail {

template <const gather& Of, class Scalar>
inline constexpr single_layout<Scalar> layout_of{Of};

/// Copies an image into planes, with zeros around it.
template <const gather& Of, class Scalar>
ESPALIER_PART void copy_image(const Scalar* x, Scalar* image) {
    constexpr auto& layout = layout_of<Of, Scalar>;
    constexpr std::ptrdiff_t planes = layout.shifts > 0 ? layout.shifts : layout.x.planes;
    if constexpr (!layout.direct || layout.y.padded || layout.x.padded) std::fill_n(image, layout.image, Scalar{});
    for (std::ptrdiff_t c = 0; c < as_signed(Of.groups * Of.sources); ++c)
        for (std::ptrdiff_t y = 0; y < Of.y.sources; ++y, x += Of.x.sources) {
            const std::ptrdiff_t in_y = y + layout.y.before;
            Scalar* const to = image + c * layout.channel + in_y % layout.y.planes * planes * layout.plane +
                               in_y / layout.y.planes * layout.x.size;
            if constexpr (layout.shifts > 0)
                unroll<static_cast<std::size_t>(Of.x.taps)>([&](auto tap) ESPALIER_PART_LAMBDA {
                    constexpr std::ptrdiff_t step = Of.x.output_factor;
                    constexpr std::ptrdiff_t source = Of.x.offset + as_signed(tap) * Of.x.tap_factor;
                    constexpr std::ptrdiff_t first = source < 0 ? (step - 1 - source) / step : 0;
                    constexpr std::ptrdiff_t last =
                        source < Of.x.sources ? std::min((Of.x.sources - 1 - source) / step + 1, Of.x.outputs) : 0;
                    for (std::ptrdiff_t i = first; i < last; ++i)
                        to[as_signed(tap) * layout.plane + i] = x[source + i * step];
                });
            else
                for (std::ptrdiff_t i = 0; i < Of.x.sources; ++i) {
                    const std::ptrdiff_t in_x = i + layout.x.before;
                    to[in_x % layout.x.planes * layout.plane + in_x / layout.x.planes] = x[i];
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
    constexpr single_taps(const gather_phase& ys, const gather_phase& xs, const Layout& layout) {
        for (std::ptrdiff_t y = 0; y < ys.taps; ++y)
            for (std::ptrdiff_t x = 0; x < xs.taps; ++x) {
                const std::ptrdiff_t in_y = ys.source + y * Of.y.tap_source() + layout.y.before;
                const std::ptrdiff_t in_x = xs.source + x * Of.x.tap_source() + layout.x.before;
                const std::ptrdiff_t plane_y = in_y % layout.y.planes, row = in_y / layout.y.planes * layout.x.size;
                weight[count] = (ys.tap + y * Of.y.tap_step()) * Of.x.taps + xs.tap + x * Of.x.tap_step();
                if (layout.shifts > 0)
                    source[count] = (plane_y * layout.shifts + x) * layout.plane + row;
                else
                    source[count] = (plane_y * layout.x.planes + in_x % layout.x.planes) * layout.plane + row +
                                    in_x / layout.x.planes;
                ++count;
            }
    }
};

template <const gather& Of, class Scalar>
inline constexpr auto taps_of_phases = []<std::size_t... Phase>(std::index_sequence<Phase...>) {
    return std::array{single_taps<Of>(gather_phase(Of.y, as_signed(Phase) / Of.x.divisor),
                                      gather_phase(Of.x, as_signed(Phase) % Of.x.divisor), layout_of<Of, Scalar>)...};
}(std::make_index_sequence<static_cast<std::size_t>(Of.y.divisor* Of.x.divisor)>{});

/// Rows output channels by Vectors registers of neighbouring outputs, each to finish(row, vector, sum).
template <const gather& Of, std::size_t Rows, std::size_t Vectors, class Scalar, class Initial, class Finish>
ESPALIER_INLINE void single_tile(const Scalar* weight, const Scalar* image, std::ptrdiff_t channel,
                                 const single_taps<Of>& taps, const Initial& initial, const Finish& finish) {
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
            // The fewer operands stay in registers, the others pass through one.
            if constexpr (Rows < Vectors) {
                simd<Scalar> factors[Rows];
                ESPALIER_UNROLL
                for (std::size_t row = 0; row < Rows; ++row) {
                    simd<Scalar> factor(w[row * Of.row_stride]);
                    keep_in_register(factor);
                    factors[row] = factor;
                }
                ESPALIER_UNROLL
                for (std::size_t v = 0; v < Vectors; ++v) {
                    simd<Scalar> vector = load(from + v * simd_width<Scalar>);
                    if constexpr (Rows > 1) keep_in_register(vector);
                    ESPALIER_UNROLL
                    for (std::size_t row = 0; row < Rows; ++row)
                        sums[row][v] = multiply_add(factors[row], vector, sums[row][v]);
                }
            } else {
                multiply_step(sums, from,
                              [&](std::size_t row) ESPALIER_INLINE_LAMBDA { return w[row * Of.row_stride]; });
            }
        }
    ESPALIER_UNROLL
    for (std::size_t row = 0; row < Rows; ++row) {
        ESPALIER_UNROLL
        for (std::size_t v = 0; v < Vectors; ++v) finish(row, v, sums[row][v]);
    }
}

/// One image: epilogue(first feature, register of consecutive features); scratch as conv_single_scratch says.
template <const gather& Of, class Scalar, class Bias, class Epilogue>
ESPALIER_PART void gather_single(const Scalar* weight, Bias bias, const Scalar* x, Scalar* scratch,
                                 Epilogue& epilogue) {
    constexpr auto& layout = layout_of<Of, Scalar>;
    constexpr std::ptrdiff_t width = as_signed(simd_width<Scalar>), tile_width = as_signed(layout.tile.columns) * width;
    constexpr std::ptrdiff_t row_size = layout.vectors * width;
    Scalar* const image = scratch;
    Scalar* const row_sums = image + aligned_size<Scalar>(layout.image);
    Scalar* const z = row_sums + aligned_size<Scalar>(layout.row_sums);  // from feature `emitted` on
    constexpr bool in_order = Of.y.divisor * Of.x.divisor == 1;
    std::size_t emitted = 0;
    const auto emit_until = [&](std::size_t feature) ESPALIER_PART_LAMBDA {
        const Scalar* from = z;
        for (; emitted + simd_width<Scalar> <= feature; emitted += simd_width<Scalar>, from += simd_width<Scalar>)
            epilogue(emitted, load(from));
        if (from != z) std::copy(from, from + (feature - emitted), z);
    };
    copy_image<Of>(x, image);
    for (std::ptrdiff_t phase = 0; phase < Of.y.divisor * Of.x.divisor; ++phase) {
        const gather_phase ys(Of.y, phase / Of.x.divisor), xs(Of.x, phase % Of.x.divisor);
        const single_taps<Of>& taps = taps_of_phases<Of, Scalar>[static_cast<std::size_t>(phase)];
        const std::ptrdiff_t outputs = (ys.count - 1) * layout.x.size + xs.count;
        for (std::size_t group = 0; group < Of.groups; ++group)
            for_each_part<Of.rows, layout.tile.rows>([&](auto height, std::size_t first) ESPALIER_PART_LAMBDA {
                const std::size_t channel = group * Of.rows + first;
                const auto run = [&](auto count, std::ptrdiff_t at, const auto& finish) ESPALIER_PART_LAMBDA {
                    single_tile<Of, height, count>(
                        weight + group * Of.group_stride() + first * Of.row_stride,
                        image + as_signed(group * Of.sources) * layout.channel + at, layout.channel, taps,
                        [&](std::size_t row) ESPALIER_PART_LAMBDA {
                            if constexpr (std::is_same_v<Bias, no_bias>)
                                return simd<Scalar>(Scalar{});
                            else
                                return simd<Scalar>(bias[channel + row]);
                        },
                        finish);
                };
                if constexpr (layout.direct) {
                    for_each_part<std::size_t(layout.needed), layout.tile.columns>(
                        [&](auto count, std::size_t vector) ESPALIER_PART_LAMBDA {
                            const auto emit = [&](std::size_t row, std::size_t v,
                                                  const simd<Scalar>& sum) ESPALIER_PART_LAMBDA {
                                const std::size_t at = (channel + row) * std::size_t(layout.needed) + vector + v;
                                epilogue(at * simd_width<Scalar>, sum);
                            };
                            if constexpr (!calls_in_loop<Epilogue>) {
                                run(count, as_signed(vector) * width, emit);
                            } else {
                                alignas(alignment) Scalar finished[height * count * simd_width<Scalar>];
                                run(count, as_signed(vector) * width,
                                    [&](std::size_t row, std::size_t v, const simd<Scalar>& sum) ESPALIER_PART_LAMBDA {
                                        store(finished + (row * count + v) * simd_width<Scalar>, sum);
                                    });
                                for (std::size_t i = 0; i < height * count; ++i)
                                    emit(i / count, i % count, load(finished + i * simd_width<Scalar>));
                            }
                        });
                    return;
                }
                for (std::ptrdiff_t at = 0; at < outputs; at += tile_width)
                    run(std::integral_constant<std::size_t, layout.tile.columns>{}, at,
                        [&](std::size_t row, std::size_t v, const simd<Scalar>& sum) ESPALIER_PART_LAMBDA {
                            store(row_sums + as_signed(row) * row_size + at + as_signed(v) * width, sum);
                        });
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
    if constexpr (layout.direct) return;
    emit_until(Of.outputs());
    if (emitted < Of.outputs()) epilogue(emitted, load(z));
}

}  // namespace detail

/// conv_forward for one image x [channels][height][width]: epilogue(first feature, register of consecutive features),
/// the first being a multiple of the register's width; lanes past the last feature hold anything.
template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void conv_forward_single(const Scalar* weight, Bias bias, const Scalar* x,
                                                            Scalar* scratch, Epilogue& epilogue) {
    detail::gather_single<detail::gather_of_forward<Geometry>>(weight, bias, x, scratch, epilogue);
}

/// conv_input_gradient with a bias, a transposed convolution, for one image [out][out_height][out_width].
template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void conv_transpose_single(const Scalar* weight, Bias bias, const Scalar* x,
                                                              Scalar* scratch, Epilogue& epilogue) {
    detail::gather_single<detail::gather_of_input<Geometry>>(weight, bias, x, scratch, epilogue);
}

}  // namespace espalier::kernel
