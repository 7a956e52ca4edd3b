// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/functions.hpp>
#include <espalier/layer/activation.hpp>

/// The usual activations. Each is one expression; derivative, SIMD code and what must be stored follow from it.
/// `preferred` is the initializer for the weights before it.
namespace espalier::layer {

namespace detail {
inline constexpr expression::variable z{};
}

struct identity : elementwise<> {
    static constexpr std::string_view kind = "identity";
    static constexpr auto expression = detail::z;
};

/// max(z, 0)
struct relu : elementwise<> {
    static constexpr std::string_view kind = "relu";
    static constexpr auto expression = expression::max(detail::z, 0);
    static constexpr initializer preferred = initializers::he_normal;
};

/// z for z > 0, Slope · z elsewhere (Maas 2013)
template <double Slope = 0.01>
struct leaky_relu : elementwise<> {
    static constexpr std::string_view kind = "leaky_relu";
    static constexpr std::array arguments{Slope};
    static constexpr auto expression = expression::select(detail::z > 0, detail::z, Slope* detail::z);
    static constexpr initializer preferred = initializers::he_normal;
};

/// z for z > 0, p · z elsewhere, p learned and shared by all features (He 2015, channel-shared)
template <double Start = 0.25>
struct prelu : elementwise<Start> {
    static constexpr std::string_view kind = "prelu";
    static constexpr std::array arguments{Start};
    static constexpr auto expression =
        expression::select(detail::z > 0, detail::z, expression::parameter<0>{} * detail::z);
    static constexpr initializer preferred = initializers::he_normal;
};

/// z for z > 0, Alpha (eᶻ − 1) elsewhere (Clevert 2015)
template <double Alpha = 1.0>
struct elu : elementwise<> {
    static constexpr std::string_view kind = "elu";
    static constexpr std::array arguments{Alpha};
    static constexpr auto expression =
        expression::select(detail::z > 0, detail::z, Alpha* expression::expm1(detail::z));
    static constexpr initializer preferred = initializers::he_normal;
};

/// λ elu with the constants that keep mean 0 and variance 1 (Klambauer 2017)
struct selu : elementwise<> {
    static constexpr double scale = 1.0507009873554804934;
    static constexpr double alpha = 1.6732632423543772848;
    static constexpr std::string_view kind = "selu";
    static constexpr auto expression =
        scale * expression::select(detail::z > 0, detail::z, alpha* expression::expm1(detail::z));
    static constexpr initializer preferred = initializers::lecun_normal;
};

struct sigmoid : elementwise<> {
    static constexpr std::string_view kind = "sigmoid";
    static constexpr auto expression = expression::sigmoid(detail::z);
};

struct tanh : elementwise<> {
    static constexpr std::string_view kind = "tanh";
    static constexpr auto expression = expression::tanh(detail::z);
};

/// log(1 + eᶻ)
struct softplus : elementwise<> {
    static constexpr std::string_view kind = "softplus";
    static constexpr auto expression = expression::softplus(detail::z);
    static constexpr initializer preferred = initializers::he_normal;
};

/// z σ(z), also called swish (Elfwing 2017)
struct silu : elementwise<> {
    static constexpr std::string_view kind = "silu";
    static constexpr auto expression = detail::z * expression::sigmoid(detail::z);
    static constexpr initializer preferred = initializers::he_normal;
};

/// z Φ(z), with the normal distribution's Φ by erf (Hendrycks 2016)
struct gelu : elementwise<> {
    static constexpr std::string_view kind = "gelu";
    static constexpr auto expression = 0.5 * detail::z * (1 + expression::erf(detail::z * 0.70710678118654752440));
    static constexpr initializer preferred = initializers::he_normal;
};

/// gelu's approximation by tanh: z/2 (1 + tanh(√(2/π) (z + 0.044715 z³)))
struct gelu_tanh : elementwise<> {
    static constexpr std::string_view kind = "gelu_tanh";
    static constexpr auto expression =
        0.5 * detail::z *
        (1 + expression::tanh(0.79788456080286535588 * (detail::z + 0.044715 * detail::z * detail::z * detail::z)));
    static constexpr initializer preferred = initializers::he_normal;
};

/// z tanh(softplus(z)) (Misra 2019)
struct mish : elementwise<> {
    static constexpr std::string_view kind = "mish";
    static constexpr auto expression = detail::z * expression::tanh(expression::softplus(detail::z));
    static constexpr initializer preferred = initializers::he_normal;
};

/// z/6 + 1/2, cut to [0, 1]
struct hard_sigmoid : elementwise<> {
    static constexpr std::string_view kind = "hard_sigmoid";
    static constexpr auto expression = expression::min(expression::max(detail::z / 6 + 0.5, 0), 1);
};

/// z hard_sigmoid(z) (Howard 2019)
struct hard_swish : elementwise<> {
    static constexpr std::string_view kind = "hard_swish";
    static constexpr auto expression = detail::z * expression::min(expression::max(detail::z / 6 + 0.5, 0), 1);
    static constexpr initializer preferred = initializers::he_normal;
};

}  // namespace espalier::layer
