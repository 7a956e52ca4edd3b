// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <espalier/expression/elementary.hpp>
#include <espalier/layer/sample.hpp>
#include <string_view>

/// Layers as a user writes them: with parameters or none, whose gradients read input, output or both.
namespace own_layers {

namespace ep = espalier;
namespace layer = ep::layer;
namespace elementary = ep::expression::elementary;

/// No parameters; backward reads the output: y = softmax(x).
struct softmax {
    static constexpr std::string_view kind = "softmax";
    static constexpr layer::reads parameter_gradient_reads{};
    static constexpr layer::reads input_gradient_reads{.output = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }

    template <ep::extents Input, class Scalar>
    static void forward(layer::features<Scalar> x, layer::weights<Scalar>, layer::outputs<Scalar> y) {
        ep::simd<Scalar> sum(Scalar{});
        for (std::size_t i = 0; i < Input.size(); ++i) sum += elementary::exp(x[i]);
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = elementary::exp(x[i]) / sum;
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(layer::features<Scalar>, layer::features<Scalar> y, layer::features<Scalar> delta,
                               layer::weights<Scalar>, layer::outputs<Scalar> x_gradient) {
        ep::simd<Scalar> mean(Scalar{});
        for (std::size_t i = 0; i < Input.size(); ++i) mean += delta[i] * y[i];
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = y[i] * (delta[i] - mean);
    }
};

/// No parameters; backward reads input and output: y = x / √(1 + mean x²).
struct normalise {
    static constexpr std::string_view kind = "normalise";
    static constexpr layer::reads parameter_gradient_reads{};
    static constexpr layer::reads input_gradient_reads{.input = true, .output = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }

    template <ep::extents Input, class Scalar>
    static void forward(layer::features<Scalar> x, layer::weights<Scalar>, layer::outputs<Scalar> y) {
        const auto scale = inverse_length<Input>(x);
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] * scale;
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(layer::features<Scalar> x, layer::features<Scalar> y, layer::features<Scalar> delta,
                               layer::weights<Scalar>, layer::outputs<Scalar> x_gradient) {
        const auto scale = inverse_length<Input>(x);
        ep::simd<Scalar> mean(Scalar{});
        for (std::size_t i = 0; i < Input.size(); ++i) mean += delta[i] * y[i];
        mean = mean / ep::simd<Scalar>(static_cast<Scalar>(Input.size()));
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = (delta[i] - y[i] * mean) * scale;
    }

private:
    template <ep::extents Input, class Scalar>
    static ep::simd<Scalar> inverse_length(layer::features<Scalar> x) {
        ep::simd<Scalar> sum(Scalar{});
        for (std::size_t i = 0; i < Input.size(); ++i) sum += x[i] * x[i];
        const ep::simd<Scalar> one(Scalar{1}), size(static_cast<Scalar>(Input.size()));
        return one / elementary::sqrt(one + sum / size);
    }
};

/// Two tensors; the parameters' gradients read the input, x's the parameters: y = g ⊙ x + c.
struct scale_and_shift {
    static constexpr std::string_view kind = "scale_and_shift";
    static constexpr layer::reads parameter_gradient_reads{.input = true};
    static constexpr layer::reads input_gradient_reads{.parameters = true};
    static constexpr ep::extents output(const ep::extents& input) { return input; }
    static constexpr auto parameters(const ep::extents& input) {
        return std::array{layer::parameter{"scale", input, 1, 1, ep::initializers::ones},
                          layer::parameter{"shift", input, 1, 1, ep::initializers::zeros}};
    }

    template <ep::extents Input, class Scalar>
    static void forward(layer::features<Scalar> x, layer::weights<Scalar> p, layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size(); ++i) y[i] = x[i] * p(0, i) + p(1, i);
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(layer::features<Scalar>, layer::features<Scalar>, layer::features<Scalar> delta,
                               layer::weights<Scalar> p, layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) x_gradient[i] = delta[i] * p(0, i);
    }
    template <ep::extents Input, class Scalar>
    static void parameter_gradient(layer::features<Scalar> x, layer::features<Scalar>, layer::features<Scalar> delta,
                                   layer::weights<Scalar>, layer::sums<Scalar> gradient) {
        for (std::size_t i = 0; i < Input.size(); ++i) {
            gradient.add(0, i, delta[i] * x[i]);
            gradient.add(1, i, delta[i]);
        }
    }
};

/// One parameter, whose gradient reads input and output: y = exp(p x), of half as many features.
struct exponent {
    static constexpr std::string_view kind = "exponent";
    static constexpr layer::reads parameter_gradient_reads{.input = true, .output = true};
    static constexpr layer::reads input_gradient_reads{.output = true, .parameters = true};
    static constexpr ep::extents output(const ep::extents& input) {
        ep::extents half = input;
        half.extent[0] = input.extent[0] / 2;
        return half;
    }
    static constexpr auto parameters(const ep::extents&) {
        return std::array{layer::parameter{"exponent", ep::shape<1>{}, 1, 1, ep::initializers::constant(0.5)}};
    }

    template <ep::extents Input, class Scalar>
    static void forward(layer::features<Scalar> x, layer::weights<Scalar> p, layer::outputs<Scalar> y) {
        for (std::size_t i = 0; i < Input.size() / 2; ++i) y[i] = elementary::exp(x[2 * i] * p(0, 0));
    }
    template <ep::extents Input, class Scalar>
    static void input_gradient(layer::features<Scalar>, layer::features<Scalar> y, layer::features<Scalar> delta,
                               layer::weights<Scalar> p, layer::outputs<Scalar> x_gradient) {
        for (std::size_t i = 0; i < Input.size() / 2; ++i) {
            x_gradient[2 * i] = delta[i] * y[i] * p(0, 0);
            x_gradient[2 * i + 1] = ep::simd<Scalar>(Scalar{});
        }
    }
    template <ep::extents Input, class Scalar>
    static void parameter_gradient(layer::features<Scalar> x, layer::features<Scalar> y, layer::features<Scalar> delta,
                                   layer::weights<Scalar>, layer::sums<Scalar> gradient) {
        for (std::size_t i = 0; i < Input.size() / 2; ++i) gradient.add(0, 0, delta[i] * y[i] * x[2 * i]);
    }
};

static_assert(layer::SampleLayer<softmax> && layer::SampleLayer<exponent>);

}  // namespace own_layers
