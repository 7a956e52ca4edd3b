// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

#include <espalier/core/simd_lanes.hpp>
#include <espalier/kernel/batch_norm.hpp>
#include <espalier/layer/dense.hpp>
#include <espalier/layer/norm_options.hpp>

namespace espalier::layer {

namespace detail {

/// What batch_norm is in training and in inference. Running: by the running statistics in training too, which is what
/// frozen(batch_norm<…>) means.
template <bool Running, auto... Options>
struct batch_norm_form {
    static constexpr std::string_view kind = "batch_norm";
    static constexpr bool is_batch_norm = true;
    static constexpr norm_options options = norm_options_of<Options...>();
    static constexpr bool has_affine = !has_option<no_affine_option, Options...>;
    static constexpr double added = option_among(epsilon(1e-5), Options...).value;
    static constexpr double moved = option_among(momentum(0.1), Options...).value;

    static constexpr bool whole_batch = true;
    static constexpr reads parameter_gradient_reads{.input = true};
    static constexpr reads input_gradient_reads{.input = !Running, .parameters = Running || has_affine};
    static constexpr bool input_gradient_in_place = true;
    using when_frozen = batch_norm_form<true, Options...>;
    using when_streamed = batch_norm_form;

    // Where the tensors stand in the list.
    static constexpr std::size_t running_mean = has_affine ? 2 : 0, running_var = running_mean + 1;

    static constexpr extents output(const extents& input) { return input; }
    static constexpr mismatch check(const extents&) {
        constexpr bool known = options_of<epsilon, momentum, no_affine_option>::template have_all<Options...>;
        return known && added > 0 ? mismatch::none : mismatch::norm_options;
    }
    static constexpr auto parameters(const extents& input) {
        extents channels;
        channels.rank = 1;
        channels.extent[0] = input.extent[0];
        std::array<parameter, has_affine ? 4 : 2> list;
        if constexpr (has_affine) {
            list[0] = {"weight", channels, 1, 1, initializers::ones};
            list[1] = {"bias", channels, 1, 1, initializers::zeros};
        }
        list[running_mean] = {"running_mean", channels, 1, 1, initializers::zeros, true, moved};
        list[running_var] = {"running_var", channels, 1, 1, initializers::ones, true, moved};
        return list;
    }

    template <extents Input, class Scalar>
    static constexpr std::size_t kept_bytes(std::size_t) {
        return Running ? 0 : sizeof(moments<Input, Scalar>);
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t parameter_gradient_scratch(std::size_t) {
        return Running ? 0 : sizeof(delta_sums<Input, Scalar>);
    }
    template <extents Input, class Scalar>
    static constexpr std::size_t input_gradient_scratch(std::size_t rows) {
        return parameter_gradient_scratch<Input, Scalar>(rows);
    }

    template <extents Input, bool Train, class Scalar, class Epilogue>
    static void forward(const Scalar* const* p, const Scalar* x, std::size_t rows, batch_memory memory,
                        Epilogue& epilogue) {
        constexpr std::size_t channels = Input.extent[0], run = Input.size() / channels;
        for (std::size_t c = 0; c < channels; ++c) {
            Scalar mean, factor = weight(p, c);
            if constexpr (Train && !Running) {
                auto& kept = *reinterpret_cast<moments<Input, Scalar>*>(memory.kept);
                const auto of = kernel::batch_norm_moments<Scalar, channels, run>(x, rows, c);
                mean = kept.mean[c] = of.mean;
                factor *= inverse_deviation(kept.variance[c] = of.variance);
            } else {
                mean = p[running_mean][c];
                factor *= inverse_deviation(p[running_var][c]);
            }
            kernel::batch_norm_forward<Scalar, channels, run>(x, rows, c, mean, factor, bias(p, c), epilogue);
        }
    }

    /// One sample, by the running statistics.
    template <extents Input, class Scalar, class Epilogue>
    static void forward_single(const Scalar* const* p, const Scalar* x, batch_memory, Epilogue& epilogue) {
        constexpr std::size_t width = simd_width<Scalar>, channels = Input.extent[0], run = Input.size() / channels;
        constexpr std::size_t rest = Input.size() % width;
        Scalar factor[channels];
        for (std::size_t c = 0; c < channels; ++c) factor[c] = weight(p, c) * inverse_deviation(p[running_var][c]);
        const auto emit = [&](std::size_t first, const simd<Scalar>& values, std::size_t count) {
            const auto of_channels = [&](auto&& value) ESPALIER_INLINE_LAMBDA {
                return fill_lanes<Scalar>([&](auto lane) ESPALIER_INLINE_LAMBDA {
                    return value((first + std::min<std::size_t>(lane, count - 1)) / run);
                });
            };
            const simd<Scalar> mean = of_channels([&](std::size_t c) { return p[running_mean][c]; });
            const simd<Scalar> shift = of_channels([&](std::size_t c) { return bias(p, c); });
            epilogue(first, multiply_add(values - mean, of_channels([&](std::size_t c) { return factor[c]; }), shift));
        };
        for (std::size_t first = 0; first + width <= Input.size(); first += width) emit(first, load(x + first), width);
        if constexpr (rest > 0) emit(Input.size() - rest, load_partial<rest>(x + Input.size() - rest), rest);
    }

    /// What the running statistics move towards: the mean, and the unbiased variance. A batch with one element a
    /// channel has none: running_var stays.
    template <extents Input, class Scalar>
    static void statistics(const Scalar* const* p, std::size_t rows, batch_memory memory, Scalar* const* gradient)
        requires(!Running)
    {
        constexpr std::size_t channels = Input.extent[0];
        const auto& kept = *reinterpret_cast<const moments<Input, Scalar>*>(memory.kept);
        const auto count = static_cast<double>(rows * Input.size() / channels);
        for (std::size_t c = 0; c < channels; ++c) {
            gradient[running_mean][c] = kept.mean[c];
            gradient[running_var][c] =
                count > 1 ? static_cast<Scalar>(static_cast<double>(kept.variance[c]) * (count / (count - 1)))
                          : p[running_var][c];
        }
    }

    template <extents Input, bool FromRows, class Scalar>
    static void parameter_gradient(const Scalar* const*, const Scalar* x, const Scalar*, const Scalar* delta,
                                   std::size_t rows, batch_memory memory, Scalar* const* gradient)
        requires(has_affine && !Running)
    {
        const auto& sums = sum<Input>(x, delta, rows, memory);
        for (std::size_t c = 0; c < Input.extent[0]; ++c) {
            gradient[0][c] = sums.standardised[c];
            gradient[1][c] = sums.delta[c];
        }
    }

    /// With n elements a channel and x̂ the standardised x: weight / deviation · (δ − Σδ / n − x̂ Σ(δ x̂) / n)
    template <extents Input, class Scalar, class Epilogue>
    static void input_gradient(const Scalar* const* p, const Scalar* x, const Scalar*, const Scalar* delta,
                               std::size_t rows, batch_memory memory, Epilogue& epilogue) {
        constexpr std::size_t channels = Input.extent[0], run = Input.size() / channels;
        const Scalar share = Scalar{1} / static_cast<Scalar>(rows * run);
        if constexpr (Running) {
            for (std::size_t c = 0; c < channels; ++c)  // x is not read: δ stands in
                kernel::batch_norm_input_gradient<Scalar, channels, run>(
                    delta, delta, rows, c, Scalar{}, Scalar{}, Scalar{},
                    weight(p, c) * inverse_deviation(p[running_var][c]), epilogue);
        } else {
            const auto& kept = *reinterpret_cast<const moments<Input, Scalar>*>(memory.kept);
            const auto& sums = memory.parameter_gradient
                                   ? *reinterpret_cast<const delta_sums<Input, Scalar>*>(memory.scratch)
                                   : sum<Input>(x, delta, rows, memory);
            for (std::size_t c = 0; c < channels; ++c) {
                const Scalar inverse = inverse_deviation(kept.variance[c]);
                kernel::batch_norm_input_gradient<Scalar, channels, run>(
                    x, delta, rows, c, kept.mean[c], sums.delta[c] * share, sums.standardised[c] * share * inverse,
                    weight(p, c) * inverse, epilogue);
            }
        }
    }

private:
    /// Of x: kept for the gradients.
    template <extents Input, class Scalar>
    struct moments {
        Scalar mean[Input.extent[0]];
        Scalar variance[Input.extent[0]];
    };
    /// Σδ and Σ(δ x̂), in the scratch that the gradients share.
    template <extents Input, class Scalar>
    struct delta_sums {
        Scalar delta[Input.extent[0]];
        Scalar standardised[Input.extent[0]];
    };

    template <extents Input, class Scalar>
    static const auto& sum(const Scalar* x, const Scalar* delta, std::size_t rows, batch_memory memory) {
        constexpr std::size_t channels = Input.extent[0], run = Input.size() / channels;
        const auto& kept = *reinterpret_cast<const moments<Input, Scalar>*>(memory.kept);
        auto& sums = *reinterpret_cast<delta_sums<Input, Scalar>*>(memory.scratch);
        for (std::size_t c = 0; c < channels; ++c) {
            const auto of = kernel::batch_norm_gradient_sums<Scalar, channels, run>(
                x, delta, rows, c, kept.mean[c], inverse_deviation(kept.variance[c]));
            sums.delta[c] = of.delta;
            sums.standardised[c] = of.standardised;
        }
        return sums;
    }

    template <class Scalar>
    static Scalar inverse_deviation(Scalar variance) {
        return Scalar{1} / std::sqrt(variance + static_cast<Scalar>(added));
    }
    template <class Scalar>
    static Scalar weight(const Scalar* const* p, std::size_t channel) {
        if constexpr (has_affine)
            return p[0][channel];
        else
            return Scalar{1};
    }
    template <class Scalar>
    static Scalar bias(const Scalar* const* p, std::size_t channel) {
        if constexpr (has_affine)
            return p[1][channel];
        else
            return Scalar{};
    }
};

}  // namespace detail

/// y = (x − mean) / √(variance + ε) · weight + bias for each channel of x [channels][…], or for each feature of a flat
/// x (Ioffe and Szegedy 2015, algorithm 1). In training the moments are those of the batch, over its rows and all
/// axes but the first; gradients flow through them. In inference they are running averages, running_mean and
/// running_var, state that is saved with the parameters and moves by `momentum` towards each batch's mean and unbiased
/// variance (PyTorch's meaning). Where it does not train (`frozen`), it uses the running ones in training too.
/// Options in any order: epsilon(1e-5), momentum(0.1), no_affine.
template <auto... Options>
struct batch_norm : detail::batch_norm_form<false, Options...> {};

}  // namespace espalier::layer
