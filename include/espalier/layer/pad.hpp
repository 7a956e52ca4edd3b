// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/sample.hpp>

namespace espalier::layer {

namespace detail {

/// A window onto a sample that may reach past it. `amounts` are PyTorch's for F.pad: elements added before and after
/// along the last axis, then along the one before it, …; negative ones cut off.
template <std::ptrdiff_t... Amounts>
struct window {
    static constexpr std::array<std::ptrdiff_t, sizeof...(Amounts)> amounts{Amounts...};
    static constexpr std::size_t axes = sizeof...(Amounts) / 2;

    static constexpr std::ptrdiff_t extent(const extents& input, std::size_t axis) {
        const auto from_last = 2 * (input.rank - 1 - axis);
        const auto size = static_cast<std::ptrdiff_t>(input.extent[axis]);
        return from_last < 2 * axes ? size + amounts[from_last] + amounts[from_last + 1] : size;
    }
    static constexpr bool fits(const extents& input) {
        if (axes > input.rank) return false;
        for (std::size_t axis = 0; axis < input.rank; ++axis)
            if (extent(input, axis) <= 0) return false;
        return true;
    }
    static constexpr extents output(const extents& input) {
        if (!fits(input)) return input;
        extents made = input;
        for (std::size_t axis = 0; axis < input.rank; ++axis)
            made.extent[axis] = static_cast<std::size_t>(extent(input, axis));
        return made;
    }

    /// Calls f(feature of the window, feature of the sample) for what lies in both, and outside(feature) for the rest
    /// of the window. Inverse: with the roles exchanged.
    template <extents Input, bool Inverse, class Inside, class Outside>
    ESPALIER_INLINE static void for_each(Inside&& inside, Outside&& outside) {
        constexpr extents seen = output(Input);
        constexpr extents from = Inverse ? Input : seen, to = Inverse ? seen : Input;
        for (std::size_t i = 0; i < from.size(); ++i) {
            std::size_t rest = i, stride = 1, other = 0;
            bool lies_inside = true;
            for (std::size_t axis = from.rank; axis-- > 0;) {
                const std::size_t from_last = from.rank - 1 - axis;
                const std::ptrdiff_t before = from_last < axes ? amounts[2 * from_last] : 0;
                const auto at = static_cast<std::ptrdiff_t>(rest % from.extent[axis]) + (Inverse ? before : -before);
                rest /= from.extent[axis];
                lies_inside = lies_inside && at >= 0 && at < static_cast<std::ptrdiff_t>(to.extent[axis]);
                if (lies_inside) other += static_cast<std::size_t>(at) * stride;
                stride *= to.extent[axis];
            }
            if (lies_inside)
                inside(i, other);
            else
                outside(i);
        }
    }
};

/// Sign: 1 for pad, -1 for crop.
template <std::ptrdiff_t Sign, std::ptrdiff_t... Amounts>
struct windowed {
    static constexpr reads parameter_gradient_reads{};
    static constexpr reads input_gradient_reads{};

    static constexpr extents output(const extents& input) { return whole::output(input); }
    static constexpr mismatch check(const extents& input) {
        constexpr bool has_pairs = sizeof...(Amounts) > 0 && sizeof...(Amounts) % 2 == 0;
        if (!has_pairs || !((Amounts >= 0) && ...)) return mismatch::border_widths;
        if (whole::axes > input.rank) return mismatch::axis_missing;
        return whole::fits(input) ? mismatch::none : mismatch::cut_away;
    }

    template <extents Input, class Scalar>
    static void forward(features<Scalar> x, weights<Scalar>, outputs<Scalar> y) {
        copy<Input, false>(x, y);
    }
    template <extents Input, class Scalar>
    static void input_gradient(features<Scalar>, features<Scalar>, features<Scalar> delta, weights<Scalar>,
                               outputs<Scalar> x_gradient) {
        copy<Input, true>(delta, x_gradient);
    }

private:
    using whole = window<Sign * Amounts...>;

    template <extents Input, bool Inverse, class Scalar>
    static void copy(features<Scalar> from, outputs<Scalar> to) {
        whole::template for_each<Input, Inverse>(
            [&](std::size_t i, std::size_t other) ESPALIER_INLINE_LAMBDA { to[i] = from[other]; },
            [&](std::size_t i) ESPALIER_INLINE_LAMBDA { to[i] = simd<Scalar>(Scalar{}); });
    }
};

}  // namespace detail

/// Zeros around a sample, as PyTorch's F.pad: `pad<1, 1>` adds one before and one after along the last axis,
/// `pad<1, 1, 2, 2>` two more lines before and after along the one before it.
template <std::ptrdiff_t... Amounts>
struct pad : detail::windowed<1, Amounts...> {
    static constexpr std::string_view kind = "pad";
    static constexpr std::array<double, sizeof...(Amounts)> arguments{static_cast<double>(Amounts)...};
};

/// What is left of a sample without its borders; the numbers mean what pad's do.
template <std::ptrdiff_t... Amounts>
struct crop : detail::windowed<-1, Amounts...> {
    static constexpr std::string_view kind = "crop";
    static constexpr std::array<double, sizeof...(Amounts)> arguments{static_cast<double>(Amounts)...};
};

}  // namespace espalier::layer
