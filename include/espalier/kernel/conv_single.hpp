// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <espalier/kernel/conv_geometry.hpp>

/// How one image, [channels][height][width] without sample lanes, is convolved: it is copied with its padding into
/// planes whose rows follow each other, so that neighbouring outputs are neighbouring lanes however narrow the image
/// is; what the lanes between two rows compute is dropped. A step between the sources of neighbours (a stride) splits
/// the image into that many planes.
namespace espalier::kernel {

namespace detail {

/// One axis of the copied image.
struct single_axis {
    std::ptrdiff_t before = 0;  // padding before the first source
    std::ptrdiff_t planes = 1, size = 1;

    constexpr explicit single_axis(const gather_axis& axis) : planes(axis.output_factor) {
        std::ptrdiff_t least = 0, most = axis.sources - 1;
        for (std::ptrdiff_t p = 0; p < axis.divisor; ++p) {
            const gather_phase phase(axis, p);
            if (phase.taps == 0 || phase.count == 0) continue;
            const std::ptrdiff_t reach = (phase.taps - 1) * axis.tap_source();
            least = std::min(least, phase.source + std::min<std::ptrdiff_t>(reach, 0));
            most = std::max(most, phase.source + (phase.count - 1) * planes + std::max<std::ptrdiff_t>(reach, 0));
        }
        before = -least;
        size = (most + before) / planes + 1;
    }
};

template <class Scalar>
struct single_layout {
    single_axis y, x;
    std::ptrdiff_t plane, channel;          // scalars
    gather_tile tile;                       // of output channels by vectors
    std::ptrdiff_t vectors;                 // for the outputs of a channel, in whole tiles
    std::size_t image, row_sums, finished;  // scalars of scratch

    constexpr explicit single_layout(const gather& of)
        : y(of.y), x(of.x), plane(y.size * x.size), channel(plane * y.planes * x.planes) {
        const std::ptrdiff_t width = as_signed(simd_width<Scalar>);
        const gather_phase rows(of.y, 0), columns(of.x, 0);  // the first phase is the largest
        const std::ptrdiff_t needed = ((rows.count - 1) * x.size + columns.count + width - 1) / width;
        std::size_t least = static_cast<std::size_t>(-1);
        for (std::size_t height = 1; height <= std::min<std::size_t>(of.rows, 16); ++height)
            for (std::size_t count = 1; height * count + std::min(height, count) < simd_registers; ++count) {
                const std::size_t cycles =
                    std::max({8 * height * count, 8 * (height + count), std::size_t{64}}) + height + count + 8;
                const std::size_t parts = (of.rows + height - 1) / height;
                const std::size_t cost = parts * ((static_cast<std::size_t>(needed) + count - 1) / count) * cycles *
                                         (32 + (of.rows % parts != 0));
                if (cost < least) {
                    least = cost;
                    tile = {height, count};
                }
            }
        const std::ptrdiff_t count = as_signed(tile.columns);
        vectors = (needed + count - 1) / count * count;
        // What lies past the last plane is read by the lanes that are dropped.
        image = static_cast<std::size_t>(channel * as_signed(of.groups * of.sources) + vectors * width);
        row_sums = tile.rows * static_cast<std::size_t>(vectors * width);
        // Outputs of one phase are finished in order, a tile of channels after the other.
        const bool in_order = of.y.divisor * of.x.divisor == 1;
        finished = (in_order ? tile.rows * static_cast<std::size_t>(of.y.outputs * of.x.outputs) : of.outputs()) +
                   2 * simd_width<Scalar>;
    }
};

}  // namespace detail

/// Bytes of scratch for one image.
template <class Scalar>
constexpr std::size_t conv_single_scratch(const detail::gather& of) {
    const detail::single_layout<Scalar> layout(of);
    return sizeof(Scalar) * (aligned_size<Scalar>(layout.image) + aligned_size<Scalar>(layout.row_sums) +
                             aligned_size<Scalar>(layout.finished));
}

}  // namespace espalier::kernel
