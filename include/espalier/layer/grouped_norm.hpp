// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/dense.hpp>
#include <espalier/layer/moments.hpp>
#include <espalier/layer/norm_options.hpp>
#include <espalier/layer/sample.hpp>

namespace espalier::layer::detail {

/// How a normalisation divides the features of a sample: `groups` of `channels` · `run` consecutive features, each with
/// moments of its own. A run shares one weight and one bias; group g's first is number g · `step`.
struct norm_groups {
    std::size_t groups = 1;
    std::size_t channels = 1;
    std::size_t run = 1;
    std::size_t step = 0;

    constexpr std::size_t size() const { return channels * run; }
};

/// y = (x − mean) / √(variance + ε) · weight + bias within each group of features; not Centred: y = x / √(mean of
/// x² + ε) · weight. Backward recomputes the moments from x instead of storing them.
template <auto GroupsOf, bool Centred, bool HasWeight, bool HasBias, epsilon Epsilon>
struct grouped_norm {
    static constexpr bool has_valid_epsilon = Epsilon.value > 0;  // else a constant input would be divided by zero
    static constexpr bool has_weight = HasWeight;
    static constexpr bool has_bias = HasBias;
    static constexpr reads parameter_gradient_reads{.input = true};
    static constexpr reads input_gradient_reads{.input = true, .parameters = HasWeight};

    static constexpr extents output(const extents& input) { return input; }

    template <extents Input, class Scalar>
    static void forward(features<Scalar> x, weights<Scalar> p, outputs<Scalar> y) {
        constexpr norm_groups groups = GroupsOf(Input);
        for (std::size_t g = 0; g < groups.groups; ++g) {
            const auto of = moments_of_group<groups, Scalar>(x, g);
            for_each_channel<groups>(g, [&](std::size_t channel, std::size_t first) ESPALIER_INLINE_LAMBDA {
                const auto weight = HasWeight ? p(0, channel) : Scalar{1};
                const auto bias = HasBias ? p(1, channel) : Scalar{};
                for (std::size_t i = first; i < first + groups.run; ++i)
                    y[i] = multiply_add(of.standardise(x[i]), simd<Scalar>(weight), simd<Scalar>(bias));
            });
        }
    }

    /// With a = δ ⊙ weight and x̂ the standardised x: (a − mean a − x̂ mean(a x̂)) / deviation, without mean a where the
    /// mean of x is not subtracted (Ba 2016, supplement; Ioffe and Szegedy 2015, section 3).
    template <extents Input, class Scalar>
    static void input_gradient(features<Scalar> x, features<Scalar>, features<Scalar> delta, weights<Scalar> p,
                               outputs<Scalar> x_gradient) {
        using vector = simd<Scalar>;
        constexpr norm_groups groups = GroupsOf(Input);
        const vector share(Scalar{1} / static_cast<Scalar>(groups.size()));
        for (std::size_t g = 0; g < groups.groups; ++g) {
            const auto of = moments_of_group<groups, Scalar>(x, g);
            const auto weight = [&](std::size_t channel)
                                    ESPALIER_INLINE_LAMBDA { return HasWeight ? p(0, channel) : Scalar{1}; };
            vector mean(Scalar{}), product(Scalar{});
            for_each_channel<groups>(g, [&](std::size_t channel, std::size_t first) ESPALIER_INLINE_LAMBDA {
                vector sum(Scalar{}), weighted(Scalar{});
                for (std::size_t i = first; i < first + groups.run; ++i) {
                    sum += delta[i];
                    weighted = multiply_add(delta[i], of.standardise(x[i]), weighted);
                }
                mean = multiply_add(sum, vector(weight(channel)), mean);
                product = multiply_add(weighted, vector(weight(channel)), product);
            });
            mean = Centred ? mean * share : vector(Scalar{});
            product = product * share;
            const vector factor = of.scale * of.inverse_deviation;
            for_each_channel<groups>(g, [&](std::size_t channel, std::size_t first) ESPALIER_INLINE_LAMBDA {
                const vector scale(weight(channel));
                for (std::size_t i = first; i < first + groups.run; ++i) {
                    const vector centred = multiply_add(delta[i], scale, -mean);
                    x_gradient[i] = multiply_add(-of.standardise(x[i]), product, centred) * factor;
                }
            });
        }
    }

    template <extents Input, class Scalar>
    static void parameter_gradient(features<Scalar> x, features<Scalar>, features<Scalar> delta, weights<Scalar>,
                                   sums<Scalar> gradient)
        requires(HasWeight || HasBias)
    {
        constexpr norm_groups groups = GroupsOf(Input);
        for (std::size_t g = 0; g < groups.groups; ++g) {
            const auto of = moments_of_group<groups, Scalar>(x, g);
            for_each_channel<groups>(g, [&](std::size_t channel, std::size_t first) ESPALIER_INLINE_LAMBDA {
                simd<Scalar> sum(Scalar{}), weighted(Scalar{});
                for (std::size_t i = first; i < first + groups.run; ++i) {
                    sum += delta[i];
                    weighted = multiply_add(delta[i], of.standardise(x[i]), weighted);
                }
                if constexpr (HasWeight) gradient.add(0, channel, weighted);
                if constexpr (HasBias) gradient.add(1, channel, sum);
            });
        }
    }

protected:
    /// Weights that start as ones and biases that start as zeros, of this shape.
    static constexpr auto affine_of(const extents& shape) {
        std::array<parameter, (HasWeight ? 1 : 0) + (HasBias ? 1 : 0)> list;
        if constexpr (HasWeight) list[0] = {"weight", shape, 1, 1, initializers::ones};
        if constexpr (HasBias) list[1] = {"bias", shape, 1, 1, initializers::zeros};
        return list;
    }

private:
    template <norm_groups Groups, class Scalar>
    static moments<Scalar> moments_of_group(features<Scalar> x, std::size_t g) {
        const auto read = [&](std::size_t k) ESPALIER_INLINE_LAMBDA { return x[g * Groups.size() + k]; };
        return moments_of<Groups.size(), Centred>(read, static_cast<Scalar>(Epsilon.value));
    }

    /// Calls f(number of the weight, first feature) for each run of a group.
    template <norm_groups Groups, class Function>
    ESPALIER_INLINE static void for_each_channel(std::size_t g, Function&& f) {
        for (std::size_t c = 0; c < Groups.channels; ++c)
            f(g * Groups.step + c, (g * Groups.channels + c) * Groups.run);
    }
};

}  // namespace espalier::layer::detail
