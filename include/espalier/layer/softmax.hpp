// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/elementary_exponential.hpp>
#include <espalier/expression/elementary_logarithm.hpp>
#include <espalier/layer/moments.hpp>
#include <espalier/layer/sample.hpp>

namespace espalier::layer {

namespace detail {

/// The features along one axis: `count` of them, `inner` apart.
struct axis_of {
    std::size_t outer = 1;
    std::size_t count = 1;
    std::size_t inner = 1;

    constexpr axis_of(const extents& input, std::size_t axis) {
        for (std::size_t i = 0; i < input.rank; ++i) (i < axis ? outer : i == axis ? count : inner) *= input.extent[i];
    }
    /// Calls f(index of the feature at 0 on the axis) for every line along it.
    template <class Function>
    ESPALIER_INLINE constexpr void for_each_line(Function&& f) const {
        for (std::size_t o = 0; o < outer; ++o)
            for (std::size_t i = 0; i < inner; ++i) f(o * count * inner + i);
    }
};

/// What softmax and its logarithm have in common: the largest element is subtracted first, so that no exponential
/// overflows, and one of the sum is 1.
template <std::size_t Axis>
struct along_axis {
    static constexpr reads parameter_gradient_reads{};
    static constexpr reads input_gradient_reads{.output = true};

    static constexpr extents output(const extents& input) { return input; }
    static constexpr mismatch check(const extents& input) {
        return Axis < input.rank ? mismatch::none : mismatch::axis_missing;
    }

protected:
    template <axis_of Along, class Scalar>
    ESPALIER_INLINE static simd<Scalar> largest(features<Scalar> x, std::size_t first) {
        simd<Scalar> found = x[first];
        for (std::size_t k = 1; k < Along.count; ++k)
            found = expression::elementary::maximum(found, x[first + k * Along.inner]);
        return found;
    }
    template <axis_of Along, class Scalar>
    ESPALIER_INLINE static simd<Scalar> sum_of_exponentials(features<Scalar> x, std::size_t first,
                                                            const simd<Scalar>& shift) {
        return sum_over<Along.count, Scalar>([&](std::size_t k) ESPALIER_INLINE_LAMBDA {
            return expression::elementary::exp(x[first + k * Along.inner] - shift);
        });
    }
};

}  // namespace detail

/// y = exp(x) / Σ exp(x) along an axis of the sample. Before a softmax_cross_entropy leave it out: that loss takes
/// logits.
template <std::size_t Axis = 0>
struct softmax : detail::along_axis<Axis> {
    static constexpr std::string_view kind = "softmax";
    using when_streamed = std::conditional_t<Axis == 0, softmax, not_streamed<softmax>>;
    static constexpr std::array arguments{static_cast<double>(Axis)};

    template <extents Input, class Scalar>
    static void forward(features<Scalar> x, weights<Scalar>, outputs<Scalar> y) {
        constexpr detail::axis_of along(Input, Axis);
        along.for_each_line([&](std::size_t first) ESPALIER_INLINE_LAMBDA {
            const auto shift = softmax::template largest<along>(x, first);
            const auto scale = simd<Scalar>(Scalar{1}) / softmax::template sum_of_exponentials<along>(x, first, shift);
            for (std::size_t k = 0; k < along.count; ++k) {
                const std::size_t i = first + k * along.inner;
                y[i] = expression::elementary::exp(x[i] - shift) * scale;
            }
        });
    }
    /// y ⊙ (δ − Σ δ y)
    template <extents Input, class Scalar>
    static void input_gradient(features<Scalar>, features<Scalar> y, features<Scalar> delta, weights<Scalar>,
                               outputs<Scalar> x_gradient) {
        constexpr detail::axis_of along(Input, Axis);
        along.for_each_line([&](std::size_t first) ESPALIER_INLINE_LAMBDA {
            const auto product = detail::sum_over<along.count, Scalar>([&](std::size_t k) ESPALIER_INLINE_LAMBDA {
                const std::size_t i = first + k * along.inner;
                return delta[i] * y[i];
            });
            for (std::size_t k = 0; k < along.count; ++k) {
                const std::size_t i = first + k * along.inner;
                x_gradient[i] = y[i] * (delta[i] - product);
            }
        });
    }
};

/// y = x − log Σ exp(x) along an axis of the sample.
template <std::size_t Axis = 0>
struct log_softmax : detail::along_axis<Axis> {
    static constexpr std::string_view kind = "log_softmax";
    using when_streamed = std::conditional_t<Axis == 0, log_softmax, not_streamed<log_softmax>>;
    static constexpr std::array arguments{static_cast<double>(Axis)};

    template <extents Input, class Scalar>
    static void forward(features<Scalar> x, weights<Scalar>, outputs<Scalar> y) {
        constexpr detail::axis_of along(Input, Axis);
        along.for_each_line([&](std::size_t first) ESPALIER_INLINE_LAMBDA {
            const auto shift = log_softmax::template largest<along>(x, first);
            const auto logarithm =
                expression::elementary::log(log_softmax::template sum_of_exponentials<along>(x, first, shift));
            for (std::size_t k = 0; k < along.count; ++k) {
                const std::size_t i = first + k * along.inner;
                y[i] = (x[i] - shift) - logarithm;
            }
        });
    }
    /// δ − exp(y) Σ δ
    template <extents Input, class Scalar>
    static void input_gradient(features<Scalar>, features<Scalar> y, features<Scalar> delta, weights<Scalar>,
                               outputs<Scalar> x_gradient) {
        constexpr detail::axis_of along(Input, Axis);
        along.for_each_line([&](std::size_t first) ESPALIER_INLINE_LAMBDA {
            const auto sum = detail::sum_over<along.count, Scalar>(
                [&](std::size_t k) ESPALIER_INLINE_LAMBDA { return delta[first + k * along.inner]; });
            for (std::size_t k = 0; k < along.count; ++k) {
                const std::size_t i = first + k * along.inner;
                x_gradient[i] = delta[i] - expression::elementary::exp(y[i]) * sum;
            }
        });
    }
};

}  // namespace espalier::layer
