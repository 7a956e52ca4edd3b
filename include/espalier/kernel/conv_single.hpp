// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include <espalier/kernel/conv_geometry.hpp>

/// How one image, [channels][height][width] without sample lanes, is convolved: it is copied with its padding into
/// planes whose rows follow each other, so that neighbouring outputs are neighbouring lanes however narrow the image
/// is. A step between the sources of neighbours (a stride) splits the image into that many planes. Either what the
/// lanes between two rows of outputs compute is dropped; or each tap of a row gets a plane, with rows as long as those
/// of the outputs: more is copied, and less computed.
namespace espalier::kernel {

namespace detail {

/// One axis of the copied image.
struct single_axis {
    std::ptrdiff_t before = 0;  // padding before the first source
    std::ptrdiff_t planes = 1, size = 1;
    bool padded = false;

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
        padded = least < 0 || most >= axis.sources;
    }
};

template <class Scalar>
struct single_layout {
    single_axis y, x;
    std::ptrdiff_t shifts = 0;              // planes for the taps of a row, if they have their own
    std::ptrdiff_t plane, channel;          // scalars
    gather_tile tile;                       // of output channels by vectors
    std::ptrdiff_t needed;                  // vectors for the outputs of a channel
    std::ptrdiff_t vectors;                 // the same, in whole tiles
    bool direct;                            // they are whole vectors, and no lane is dropped
    std::size_t image, row_sums, finished;  // scalars of scratch

    constexpr explicit single_layout(const gather& of) : y(of.y), x(of.x) {
        const std::ptrdiff_t width = as_signed(simd_width<Scalar>);
        const gather_phase rows(of.y, 0), columns(of.x, 0);  // the first phase is the largest
        const std::ptrdiff_t spaced = (rows.count - 1) * x.size + columns.count, packed = rows.count * columns.count;
        const bool in_order = of.y.divisor * of.x.divisor == 1;
        if (in_order && rows.count > 1) {
            const auto vectors_of = [&](std::ptrdiff_t count) { return (count + width - 1) / width; };
            const auto moves = [&](std::ptrdiff_t count) { return x.planes == 1 ? vectors_of(count) : count; };
            const auto products = [&](std::ptrdiff_t outputs) {
                return as_signed(best(of, vectors_of(outputs)).cycles * of.sources) * of.y.taps * of.x.taps;
            };
            const std::ptrdiff_t source_rows = as_signed(of.sources) * of.y.sources;
            const std::ptrdiff_t gaps = as_signed(of.rows) * rows.count * vectors_of(columns.count);
            // A vector copied is two cycles.
            if (products(packed) + 512 * 2 * source_rows * of.x.taps * moves(columns.count) <
                products(spaced) + 512 * 2 * (source_rows * moves(of.x.sources) + gaps)) {
                shifts = of.x.taps;
                x.size = columns.count;
            }
        }
        direct = in_order && (shifts > 0 || rows.count == 1) && packed % width == 0;
        plane = y.size * x.size;
        channel = plane * y.planes * (shifts > 0 ? shifts : x.planes);
        needed = ((shifts > 0 ? packed : spaced) + width - 1) / width;
        tile = best(of, needed).tile;
        const std::ptrdiff_t count = as_signed(tile.columns);
        vectors = (needed + count - 1) / count * count;
        // What lies past the last plane is read by the lanes that are dropped.
        image = static_cast<std::size_t>(channel * as_signed(of.groups * of.sources) + vectors * width);
        row_sums = tile.rows * static_cast<std::size_t>(vectors * width);
        // Outputs of one phase are finished in order, a tile of channels after the other.
        finished = (in_order ? tile.rows * static_cast<std::size_t>(of.y.outputs * of.x.outputs) : of.outputs()) +
                   2 * simd_width<Scalar>;
    }

private:
    struct choice {
        gather_tile tile;
        std::size_t cycles = static_cast<std::size_t>(-1);  // of a source's tap, in parts of 512
    };
    static constexpr choice best(const gather& of, std::ptrdiff_t needed) {
        choice least;
        for (std::size_t height = 1; height <= std::min<std::size_t>(of.rows, 16); ++height)
            for (std::size_t count = 1; height * count + std::min(height, count) < simd_registers; ++count) {
                // A vector begins anywhere: mostly it lies in two cache lines, and is loaded twice.
                const std::size_t loads = height + 2 * count;
                const std::size_t cycles = std::max({8 * height * count, 8 * loads, std::size_t{64}}) + loads + 8;
                const std::size_t parts = (of.rows + height - 1) / height;
                const std::size_t cost = parts * ((static_cast<std::size_t>(needed) + count - 1) / count) * cycles *
                                         (32 + (of.rows % parts != 0));
                if (cost < least.cycles) least = {{height, count}, cost};
            }
        return least;
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
