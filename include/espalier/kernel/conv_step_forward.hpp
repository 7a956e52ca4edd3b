// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <type_traits>

#include <espalier/kernel/conv_step.hpp>
#include <espalier/kernel/tile.hpp>

namespace espalier::kernel {

namespace detail {

template <class Scalar, conv_step_geometry Geometry>
inline constexpr conv_step_layout<Scalar> step_layout{Geometry};

/// The parts of a step's memory.
template <class Scalar, conv_step_geometry Geometry>
struct conv_step_memory {
    static constexpr auto& layout = step_layout<Scalar, Geometry>;

    std::size_t& turn;
    Scalar* weights;  // [group][in][vectors][lane], a lane for each sum; depthwise [kernel][channels]
    Scalar* sums;     // [turn][group][row]

    explicit conv_step_memory(std::byte* memory)
        : turn(*reinterpret_cast<std::size_t*>(memory)),
          weights(reinterpret_cast<Scalar*>(memory + turn_bytes)),
          sums(weights + layout.weights) {}
};

/// The first Count lanes of a, the others of b.
template <std::size_t Count, class Scalar>
ESPALIER_INLINE simd<Scalar> first_lanes(const simd<Scalar>& a, const simd<Scalar>& b) {
    struct source {
        static constexpr std::size_t of(std::size_t lane) { return lane < Count ? lane : simd_width<Scalar> + lane; }
    };
    return espalier::detail::shuffle<source>(a, b);
}

/// Sums `first` … of a row take what this step adds and move up by a tap; each to emit(vector, sum).
template <class Layout, const Layout& Of, std::size_t Count, class Scalar, class Emit>
ESPALIER_INLINE void step_tile(const Scalar* weights, const Scalar* x, Scalar* sums, std::size_t first,
                               const Emit& emit) {
    constexpr std::size_t width = simd_width<Scalar>, rest = Of.sums_of_group % width;
    simd<Scalar> tile[1][Count];
    ESPALIER_UNROLL
    for (std::size_t v = 0; v < Count; ++v) tile[0][v] = load(sums + Of.tap + (first + v) * width);
    accumulate<operands<0, 1, Of.vectors * width>>(tile, x, weights + first * width, Of.in);
    ESPALIER_UNROLL
    for (std::size_t v = 0; v < Count; ++v) {
        emit(first + v, tile[0][v]);
        // The biases stay what they are, even where x is infinite.
        if constexpr (rest != 0)
            if (first + v == Of.vectors - 1)
                tile[0][v] = first_lanes<rest>(tile[0][v], load(sums + Of.tap + (first + v) * width));
        store(sums + (first + v) * width, tile[0][v]);
    }
}

/// One group: z [out] in registers to emit(vector, z), the lanes past `out` hold anything.
template <class Layout, const Layout& Of, class Scalar, class Emit>
ESPALIER_PART void step_group(const Scalar* weights, const Scalar* x, Scalar* sums, const Emit& emit) {
    constexpr std::size_t most = std::min<std::size_t>(simd_registers - 4, 20);
    // What is waited for comes first, by itself: fewer sums have more partial ones, and are ready sooner.
    for_each_part<Of.first_vectors, std::size_t{4}>([&](auto count, std::size_t first) ESPALIER_PART_LAMBDA {
        step_tile<Layout, Of, count>(weights, x, sums, first, emit);
    });
    if constexpr (Of.vectors > Of.first_vectors)
        for_each_part<Of.vectors - Of.first_vectors, most>([&](auto count, std::size_t first) ESPALIER_PART_LAMBDA {
            step_tile<Layout, Of, count>(weights, x, sums, Of.first_vectors + first,
                                         [](std::size_t, const simd<Scalar>&) ESPALIER_PART_LAMBDA {});
        });
}

/// Each channel by itself, along the lanes.
template <class Scalar, std::size_t Channels, std::size_t Taps, class Emit>
ESPALIER_PART void step_depthwise(const Scalar* weights, const Scalar* x, Scalar* sums, const Emit& emit) {
    constexpr std::size_t width = simd_width<Scalar>, vectors = (Channels + width - 1) / width, tap = vectors * width;
    const auto add = [&](std::size_t v, const simd<Scalar>& value) ESPALIER_PART_LAMBDA {
        for (std::size_t k = 0; k < Taps; ++k) {
            const std::size_t at = k * tap + v * width;
            const simd<Scalar> sum = multiply_add(load(weights + at), value, load(sums + at + tap));
            if (k == 0) emit(v, sum);
            store(sums + at, sum);
        }
    };
    for (std::size_t v = 0; v < Channels / width; ++v) add(v, load(x + v * width));
    if constexpr (Channels % width != 0)
        add(Channels / width, load_partial<Channels % width>(x + Channels / width * width));
}

}  // namespace detail

/// Before the first step: copies weight [out_channels][channels / groups][kernel] to where the steps read it. Then
/// conv_step_reset.
template <class Scalar, conv_step_geometry Geometry>
[[gnu::noinline]] void conv_step_pack(const Scalar* weight, std::byte* memory) {
    constexpr auto& layout = detail::step_layout<Scalar, Geometry>;
    const detail::conv_step_memory<Scalar, Geometry> at(memory);
    std::fill_n(at.weights, layout.weights, Scalar{});
    for (std::size_t group = 0; group < layout.groups(Geometry); ++group)
        for (std::size_t out = 0; out < layout.out; ++out)
            for (std::size_t in = 0; in < layout.in; ++in)
                for (std::size_t k = 0; k < Geometry.kernel; ++k) {
                    const std::size_t lane = (Geometry.kernel - 1 - k) * layout.tap + out;
                    at.weights[(group * layout.in + in) * layout.vectors * simd_width<Scalar> + lane] = *weight++;
                }
}

/// As if all x before had been zero.
template <class Scalar, conv_step_geometry Geometry, class Bias>
[[gnu::noinline]] void conv_step_reset([[maybe_unused]] Bias bias, std::byte* memory) {
    constexpr auto& layout = detail::step_layout<Scalar, Geometry>;
    const detail::conv_step_memory<Scalar, Geometry> at(memory);
    at.turn = 0;
    std::fill_n(at.sums, layout.sums, Scalar{});
    if constexpr (!std::is_same_v<Bias, no_bias>)
        for (std::size_t row = 0; row < Geometry.dilation * layout.groups(Geometry); ++row)
            for (std::size_t i = 0; i < layout.row; ++i)
                if (i % layout.tap < layout.out)
                    at.sums[row * layout.row + i] = bias[row % layout.groups(Geometry) * layout.out + i % layout.tap];
}

/// One time step: x [channels], what it adds to z now and later; epilogue(first output, register of consecutive
/// outputs of z now), the first being a multiple of the register's width; lanes past the last output hold anything.
template <class Scalar, conv_step_geometry Geometry, class Epilogue>
ESPALIER_PART void conv_step(const Scalar* x, std::byte* memory, Epilogue& epilogue) {
    constexpr auto& layout = detail::step_layout<Scalar, Geometry>;
    using layout_type = detail::conv_step_layout<Scalar>;
    constexpr std::size_t width = simd_width<Scalar>, groups = layout.groups(Geometry);
    const detail::conv_step_memory<Scalar, Geometry> at(memory);
    Scalar* sums = at.sums;
    if constexpr (Geometry.dilation > 1) {
        sums += at.turn * groups * layout.row;
        at.turn = at.turn + 1 == Geometry.dilation ? 0 : at.turn + 1;
    }
    constexpr bool waits = groups > 1 || detail::calls_in_loop<Epilogue>;
    alignas(alignment) Scalar finished[waits ? (groups * layout.out + width - 1) / width * width + width : 1];
    [[maybe_unused]] Scalar* to = finished;
    const auto emit = [&](std::size_t vector, const simd<Scalar>& z) ESPALIER_PART_LAMBDA {
        if constexpr (waits)
            store(to + vector * width, z);
        else
            epilogue(vector * width, z);
    };
    if constexpr (layout.depthwise) {
        detail::step_depthwise<Scalar, Geometry.channels, Geometry.kernel>(at.weights, x, sums, emit);
    } else {
        // In order, since a group's last register runs into the next group's place.
        for (std::size_t group = 0; group < groups; ++group, to += layout.out)
            detail::step_group<layout_type, layout>(at.weights + group * layout.in * layout.vectors * width,
                                                    x + group * layout.in, sums + group * layout.row, emit);
    }
    if constexpr (waits)
        for (std::size_t first = 0; first < groups * layout.out; first += width)
            epilogue(first, load(finished + first));
}

}  // namespace espalier::kernel
