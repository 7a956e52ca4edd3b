// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/kernel/cost.hpp>

/// A convolution along time that gets one time step after the other: sizes, and the kernels declared; no SIMD header.
///
/// What arrives at time t belongs to the outputs of t, t + dilation, …, so each step adds to `kernel` sums and finishes
/// the first. They lie in a row, sums [kernel][out], and move up by one output as a step passes; past the end lie
/// biases without end, [bias][bias]…, with which sums begin. So x is read once for all taps, no past x is kept, and
/// only the newest tap's products lie between x and z. With dilation d, d such rows take turns.
namespace espalier::kernel {

/// Weights [out_channels][channels / groups][kernel].
struct conv_step_geometry {
    std::size_t channels = 1, out_channels = 1, kernel = 1, dilation = 1, groups = 1;

    friend constexpr bool operator==(const conv_step_geometry&, const conv_step_geometry&) = default;
};

namespace detail {

/// How a step's weights and sums lie in its memory, in scalars.
template <class Scalar>
struct conv_step_layout {
    static constexpr std::size_t width = simd_width<Scalar>;

    bool depthwise;       // channels along the lanes, each tap in whole registers
    std::size_t in, out;  // of a group; depthwise, of all
    std::size_t tap;      // sums of a tap
    std::size_t sums_of_group;
    std::size_t vectors;        // that hold a group's sums
    std::size_t first_vectors;  // of them, with outputs of this step
    std::size_t row;            // a group's sums with the biases that may be loaded past them
    std::size_t weights, sums;

    constexpr explicit conv_step_layout(const conv_step_geometry& g)
        : depthwise(g.groups > 1 && g.groups == g.channels && g.channels == g.out_channels),
          in(depthwise ? 1 : g.channels / g.groups),
          out(depthwise ? g.channels : g.out_channels / g.groups),
          tap(depthwise ? (out + width - 1) / width * width : out),
          sums_of_group(g.kernel * tap),
          vectors((sums_of_group + width - 1) / width),
          first_vectors((out + width - 1) / width),
          row(aligned_size<Scalar>(vectors * width + tap)),
          weights((depthwise ? 1 : g.groups) * in * vectors * width),
          sums(g.dilation * (depthwise ? 1 : g.groups) * row) {}

    constexpr std::size_t groups(const conv_step_geometry& g) const { return depthwise ? 1 : g.groups; }
};

/// The memory begins with the number of the row whose turn it is.
inline constexpr std::size_t turn_bytes = alignment;

}  // namespace detail

/// Bytes that a convolution keeps from one time step to the next.
template <class Scalar>
constexpr std::size_t conv_step_bytes(const conv_step_geometry& g) {
    const detail::conv_step_layout<Scalar> layout(g);
    return detail::turn_bytes + sizeof(Scalar) * (layout.weights + layout.sums);
}

template <class Scalar, conv_step_geometry Geometry>
void conv_step_pack(const Scalar* weight, std::byte* memory);

template <class Scalar, conv_step_geometry Geometry, class Bias>
void conv_step_reset(Bias bias, std::byte* memory);

template <class Scalar, conv_step_geometry Geometry, class Epilogue>
void conv_step(const Scalar* x, std::byte* memory, Epilogue& epilogue);

}  // namespace espalier::kernel
