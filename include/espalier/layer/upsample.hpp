// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/sample.hpp>

namespace espalier::layer {

/// x [channels][…] → every element repeated along each axis but the first (nearest neighbour): by one factor for all
/// of these axes, or by one for each, `upsample<2, 3>` of [c][h][w] being [c][2 h][3 w].
template <std::size_t... Factors>
struct upsample {
    static constexpr std::string_view kind = "upsample";
    static constexpr std::array<double, sizeof...(Factors)> arguments{static_cast<double>(Factors)...};
    static constexpr reads parameter_gradient_reads{};
    static constexpr reads input_gradient_reads{};

    static constexpr extents output(const extents& input) {
        if (check(input) != mismatch::none) return input;
        extents made = input;
        for (std::size_t axis = 1; axis < input.rank; ++axis) made.extent[axis] *= factor(axis);
        return made;
    }
    static constexpr mismatch check(const extents& input) {
        if (sizeof...(Factors) == 0 || !((Factors > 0) && ...)) return mismatch::no_factors;
        const bool fits = input.rank > 1 && (sizeof...(Factors) == 1 || sizeof...(Factors) == input.rank - 1);
        return fits ? mismatch::none : mismatch::factors_differ;
    }

    template <extents Input, class Scalar>
    static void forward(features<Scalar> x, weights<Scalar>, outputs<Scalar> y) {
        // Copies, since clang 19 misreads elements of the argument itself where the index is a run-time value.
        constexpr extents given = Input, made = output(Input);
        for (std::size_t i = 0; i < made.size(); ++i) {
            std::size_t rest = i, stride = 1, from = 0;
            for (std::size_t axis = made.rank; axis-- > 0;) {
                from += rest % made.extent[axis] / factor(axis) * stride;
                rest /= made.extent[axis];
                stride *= given.extent[axis];
            }
            y[i] = x[from];
        }
    }
    /// The sum of δ over the copies of each element.
    template <extents Input, class Scalar>
    static void input_gradient(features<Scalar>, features<Scalar>, features<Scalar> delta, weights<Scalar>,
                               outputs<Scalar> x_gradient) {
        constexpr extents given = Input, made = output(Input);
        constexpr std::size_t copies = made.size() / Input.size();
        for (std::size_t i = 0; i < Input.size(); ++i) {
            simd<Scalar> sum(Scalar{});
            for (std::size_t copy = 0; copy < copies; ++copy) {
                std::size_t rest = i, of_copy = copy, stride = 1, from = 0;
                for (std::size_t axis = made.rank; axis-- > 0;) {
                    from += (rest % given.extent[axis] * factor(axis) + of_copy % factor(axis)) * stride;
                    rest /= given.extent[axis];
                    of_copy /= factor(axis);
                    stride *= made.extent[axis];
                }
                sum += delta[from];
            }
            x_gradient[i] = sum;
        }
    }

private:
    static constexpr std::size_t factor(std::size_t axis) {
        constexpr std::array<std::size_t, sizeof...(Factors)> factors{Factors...};
        if (axis == 0) return 1;
        return sizeof...(Factors) == 1 ? factors[0] : factors[axis - 1];
    }
};

}  // namespace espalier::layer
