// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>

#include <espalier/kernel/cost.hpp>

/// Which numbers of a convolution meet which, and the register tiles that follow; plain numbers, no SIMD header.
namespace espalier::kernel {

/// A convolution of an image [channels][height][width] to [out_channels][out_height][out_width], row-major, with
/// weights [out_channels][channels / groups][kernel_h][kernel_w]. One-dimensional ones have height and kernel_h 1.
struct conv_geometry {
    std::size_t channels = 1, height = 1, width = 1;
    std::size_t out_channels = 1, kernel_h = 1, kernel_w = 1;
    std::size_t stride_h = 1, stride_w = 1;
    std::size_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
    std::size_t dilation_h = 1, dilation_w = 1;
    std::size_t groups = 1;

    /// Whether the kernel fits into the padded image, and groups divide the channels.
    constexpr bool is_valid() const {
        return channels % groups == 0 && out_channels % groups == 0 && span_h() <= height + pad_top + pad_bottom &&
               span_w() <= width + pad_left + pad_right;
    }
    constexpr std::size_t out_height() const { return (height + pad_top + pad_bottom - span_h()) / stride_h + 1; }
    constexpr std::size_t out_width() const { return (width + pad_left + pad_right - span_w()) / stride_w + 1; }
    constexpr std::size_t inputs() const { return channels * height * width; }
    constexpr std::size_t outputs() const { return out_channels * out_height() * out_width(); }
    constexpr std::size_t taps() const { return kernel_h * kernel_w; }
    constexpr std::size_t weights() const { return out_channels * (channels / groups) * taps(); }

    friend constexpr bool operator==(const conv_geometry&, const conv_geometry&) = default;

private:
    constexpr std::size_t span_h() const { return (kernel_h - 1) * dilation_h + 1; }
    constexpr std::size_t span_w() const { return (kernel_w - 1) * dilation_w + 1; }
};

namespace detail {

/// One axis of a gather: output p and tap k meet at source (p · output_factor + k · tap_factor + offset) / divisor,
/// where that is whole and inside.
struct gather_axis {
    std::ptrdiff_t outputs = 1, sources = 1, taps = 1;
    std::ptrdiff_t output_factor = 1, tap_factor = 1, offset = 0, divisor = 1;

    /// Outputs whose numbers leave the same remainder meet the same taps: each tap_step-th one, whose sources are
    /// tap_source apart.
    constexpr std::ptrdiff_t tap_step() const { return divisor / std::gcd(divisor, tap_factor); }
    constexpr std::ptrdiff_t tap_source() const { return tap_factor * tap_step() / divisor; }

    friend constexpr bool operator==(const gather_axis&, const gather_axis&) = default;
};

/// The outputs first, first + divisor, … of an axis.
struct gather_phase {
    std::ptrdiff_t first = 0, count = 0;
    std::ptrdiff_t tap = 0, taps = 0;  // the first tap that they meet, and how many
    std::ptrdiff_t source = 0;         // where the first output meets the first tap

    constexpr gather_phase(const gather_axis& axis, std::ptrdiff_t phase)
        : first(phase), count((axis.outputs - phase + axis.divisor - 1) / axis.divisor) {
        const auto numerator = [&] { return first * axis.output_factor + tap * axis.tap_factor + axis.offset; };
        while (tap < axis.taps && numerator() % axis.divisor != 0) ++tap;
        if (tap == axis.taps) return;
        taps = (axis.taps - tap + axis.tap_step() - 1) / axis.tap_step();
        source = numerator() / axis.divisor;
    }
};

/// The taps [first, first + count) of `taps` whose sources source, source + step, … lie in [0, sources).
struct tap_range {
    std::ptrdiff_t first = 0, count = 0;

    constexpr tap_range(std::ptrdiff_t source, std::ptrdiff_t step, std::ptrdiff_t taps, std::ptrdiff_t sources) {
        const auto inside = [&](std::ptrdiff_t tap) {
            return source + tap * step >= 0 && source + tap * step < sources;
        };
        while (first < taps && !inside(first)) ++first;
        while (first + count < taps && inside(first + count)) ++count;
    }
};

/// Each output register is a sum over sources and taps of weight times source register: forward, from the input;
/// backward, from δ. Weight of row r, source s, tap (y, x) in group g: g · group_stride + r · row_stride +
/// s · source_stride + y · kernel_w + x.
struct gather {
    std::size_t rows = 1, sources = 1, groups = 1;  // channels of the output and the source in each group
    std::size_t row_stride = 1, source_stride = 1;
    gather_axis y{}, x{};

    constexpr std::size_t group_stride() const { return std::max(rows * row_stride, sources * source_stride); }
    constexpr std::size_t outputs() const { return groups * rows * static_cast<std::size_t>(y.outputs * x.outputs); }
    constexpr std::size_t inputs() const { return groups * sources * static_cast<std::size_t>(y.sources * x.sources); }

    friend constexpr bool operator==(const gather&, const gather&) = default;
};

constexpr std::ptrdiff_t as_signed(std::size_t value) { return static_cast<std::ptrdiff_t>(value); }

/// A convolution of single pixels cares for no rows: the image is one long row.
constexpr conv_geometry without_rows(conv_geometry g) {
    const bool padded = g.pad_top + g.pad_left + g.pad_bottom + g.pad_right > 0;
    if (g.taps() == 1 && g.stride_h == 1 && g.stride_w == 1 && !padded) {
        g.width *= g.height;
        g.height = 1;
    }
    return g;
}

constexpr gather forward_gather(const conv_geometry& image) {
    const conv_geometry g = without_rows(image);
    gather made;
    made.groups = g.groups;
    made.rows = g.out_channels / g.groups;
    made.sources = g.channels / g.groups;
    made.row_stride = made.sources * g.taps();
    made.source_stride = g.taps();
    made.y = {as_signed(g.out_height()),
              as_signed(g.height),
              as_signed(g.kernel_h),
              as_signed(g.stride_h),
              as_signed(g.dilation_h),
              -as_signed(g.pad_top),
              1};
    made.x = {as_signed(g.out_width()),
              as_signed(g.width),
              as_signed(g.kernel_w),
              as_signed(g.stride_w),
              as_signed(g.dilation_w),
              -as_signed(g.pad_left),
              1};
    return made;
}

constexpr gather input_gather(const conv_geometry& image) {
    const conv_geometry g = without_rows(image);
    gather made;
    made.groups = g.groups;
    made.rows = g.channels / g.groups;
    made.sources = g.out_channels / g.groups;
    made.row_stride = g.taps();
    made.source_stride = made.rows * g.taps();
    made.y = {as_signed(g.height),      as_signed(g.out_height()), as_signed(g.kernel_h), 1,
              -as_signed(g.dilation_h), as_signed(g.pad_top),      as_signed(g.stride_h)};
    made.x = {as_signed(g.width),       as_signed(g.out_width()), as_signed(g.kernel_w), 1,
              -as_signed(g.dilation_w), as_signed(g.pad_left),    as_signed(g.stride_w)};
    return made;
}

/// A tile of one channel loads each source once for all taps of a row; they must be few enough for registers.
constexpr bool slides(const gather_axis& x) {
    return x.divisor == 1 && x.taps > 1 && x.taps <= 7 && (x.tap_factor == 1 || x.tap_factor == -1);
}

/// A register tile of `rows` channels and `columns` neighbouring outputs, two vectors of samples each.
struct gather_tile {
    std::size_t rows = 1, columns = 1;

    /// The smaller of the operands stays in registers, the other passes through one.
    constexpr bool fits() const { return 2 * rows * columns + std::min(rows, 2 * columns) + 1 <= simd_registers; }
    /// Cycles of a step, in sixteenths: two multiply-adds or loads a cycle, four cycles of latency; a load that
    /// hides behind multiply-adds still costs a little.
    constexpr std::size_t cycles() const {
        const std::size_t loads = rows + 2 * columns, products = 2 * rows * columns;
        return std::max({8 * products, 8 * loads, std::size_t{64}}) + loads + 8;
    }
};

/// Cuts both extents into tiles of one size, or of two within one of each other, and takes the cheapest way.
constexpr gather_tile best_tile(std::size_t rows, std::size_t columns, const gather_axis& x) {
    gather_tile best;
    std::size_t least = static_cast<std::size_t>(-1);
    for (std::size_t row_parts = 1; row_parts <= rows; ++row_parts)
        for (std::size_t width = 1; width <= std::min(columns, simd_registers / 2); ++width) {
            const gather_tile tile{(rows + row_parts - 1) / row_parts, width};
            if (!tile.fits()) continue;
            if (tile.rows == 1 && slides(x) && 2 * width + static_cast<std::size_t>(x.taps) + 2 > simd_registers)
                continue;
            const gather_tile lower{rows / row_parts, width};
            const std::size_t tall = rows % row_parts, column_parts = (columns + width - 1) / width;
            const std::size_t cost = column_parts * (tall * tile.cycles() + (row_parts - tall) * lower.cycles());
            if (cost < least) {
                least = cost;
                best = tile;
            }
        }
    return best;
}

/// A register tile of weights: `outs` output channels by taps of `channels` input channels, `rows` by `columns` of the
/// kernel each; one vector of sums for each weight.
struct weight_tile {
    std::size_t outs = 1, channels = 1, rows = 1, columns = 1;

    constexpr std::size_t taps() const { return channels * rows * columns; }
    /// Images of a power of two in size put all channels' pixels into one set of a cache, which has 8 to 12 places.
    constexpr bool fits() const {
        return outs * taps() + std::min(outs, taps()) + 1 <= simd_registers && outs + channels <= 9;
    }
    /// As gather_tile::cycles, for one vector of samples.
    constexpr std::size_t cycles() const {
        const std::size_t loads = outs + taps(), products = outs * taps();
        return std::max({8 * products, 8 * loads, std::size_t{64}}) + loads + 8;
    }
};

constexpr std::size_t parts_of(std::size_t extent, std::size_t size) { return (extent + size - 1) / size; }

/// The cheapest tile; one that divides the extents is preferred, since each other size is more code.
constexpr weight_tile best_weight_tile(const conv_geometry& g) {
    const std::size_t outs = g.out_channels / g.groups, channels = g.channels / g.groups;
    weight_tile best;
    std::size_t least = static_cast<std::size_t>(-1);
    const auto consider = [&](const weight_tile& tile) {
        if (!tile.fits()) return;
        const std::size_t o = parts_of(outs, tile.outs), c = parts_of(channels, tile.channels),
                          y = parts_of(g.kernel_h, tile.rows), x = parts_of(g.kernel_w, tile.columns);
        const std::size_t sizes = (outs % o != 0) + (channels % c != 0) + (g.kernel_h % y != 0) + (g.kernel_w % x != 0);
        const std::size_t cost = o * c * y * x * tile.cycles() * (16 + sizes);
        if (cost < least) {
            least = cost;
            best = tile;
        }
    };
    for (std::size_t o = 1; o <= std::min(outs, simd_registers); ++o)
        for (std::size_t x = 1; x <= std::min(g.kernel_w, simd_registers); ++x) {
            const std::size_t most_rows = x == g.kernel_w ? std::min(g.kernel_h, simd_registers) : 1;
            for (std::size_t y = 1; y <= most_rows; ++y) {
                const std::size_t most = x == g.kernel_w && y == g.kernel_h ? std::min(channels, simd_registers) : 1;
                for (std::size_t c = 1; c <= most; ++c) consider({o, c, y, x});
            }
        }
    return best;
}

}  // namespace detail
}  // namespace espalier::kernel
