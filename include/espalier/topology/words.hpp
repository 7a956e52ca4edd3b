// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/activations.hpp>
#include <espalier/layer/conv.hpp>
#include <espalier/layer/conv_transpose.hpp>
#include <espalier/layer/dense.hpp>
#include <espalier/layer/dropout.hpp>
#include <espalier/layer/input.hpp>
#include <espalier/layer/norm_options.hpp>
#include <espalier/layer/pool.hpp>
#include <espalier/layer/reshape.hpp>
#include <espalier/layer/written.hpp>
#include <espalier/topology/activation.hpp>
#include <espalier/topology/branches.hpp>
#include <espalier/topology/shapes.hpp>

/// The words of the language: `ep::input<64> >> ep::dense<128> >> ep::relu >> ep::dense<10>`. Without SIMD headers: of
/// the layers that are written with registers only the names stand here, and who uses their words includes their
/// headers, or dsl.hpp, which has all.
namespace espalier::layer {

template <auto... Options>
struct batch_norm;
template <auto... Options>
struct layer_norm;
template <auto... Options>
struct rms_norm;
template <std::size_t Groups, auto... Options>
struct group_norm;
template <std::size_t Axis>
struct softmax;
template <std::size_t Axis>
struct log_softmax;
template <std::size_t Count, std::size_t Dimension>
struct embedding;
template <std::ptrdiff_t... Amounts>
struct pad;
template <std::ptrdiff_t... Amounts>
struct crop;
template <std::size_t... Factors>
struct upsample;

}  // namespace espalier::layer

namespace espalier {

// A word takes any arguments, and is the layer where they are what that takes; else network_t says which they are.

template <auto... Arguments>
inline constexpr layer::unusable<layer::written::input<Arguments...>> input{};
template <auto... Extents>
    requires(layer::Size<Extents> && ...)
inline constexpr layer::input<Extents...> input<Extents...>{};

/// Options in any order: no_bias, an initializer of the weights.
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::dense<Arguments...>> dense{};
template <auto Outputs, auto... Options>
    requires layer::Size<Outputs>
inline constexpr layer::dense<Outputs, Options...> dense<Outputs, Options...>{};

/// The kernel's extents, then options in any order: stride<…>, padding<…>, same, dilation<…>, groups<n>, no_bias, an
/// initializer of the weights.
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::conv2d<Arguments...>> conv2d{};
template <auto OutChannels, auto... Arguments>
    requires layer::Size<OutChannels>
inline constexpr layer::conv2d<OutChannels, Arguments...> conv2d<OutChannels, Arguments...>{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::conv1d<Arguments...>> conv1d{};
template <auto OutChannels, auto... Arguments>
    requires layer::Size<OutChannels>
inline constexpr layer::conv1d<OutChannels, Arguments...> conv1d<OutChannels, Arguments...>{};
template <auto... Arguments>
inline constexpr layer::depthwise_conv2d<Arguments...> depthwise_conv2d{};
template <auto... Arguments>
inline constexpr layer::depthwise_conv1d<Arguments...> depthwise_conv1d{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::conv_transpose2d<Arguments...>> conv_transpose2d{};
template <auto OutChannels, auto... Arguments>
    requires layer::Size<OutChannels>
inline constexpr layer::conv_transpose2d<OutChannels, Arguments...> conv_transpose2d<OutChannels, Arguments...>{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::conv_transpose1d<Arguments...>> conv_transpose1d{};
template <auto OutChannels, auto... Arguments>
    requires layer::Size<OutChannels>
inline constexpr layer::conv_transpose1d<OutChannels, Arguments...> conv_transpose1d<OutChannels, Arguments...>{};

/// The window's extents, then options in any order: stride<…> (the window by default), padding<…>, same; for averages
/// exclude_padding.
template <auto... Arguments>
inline constexpr layer::max_pool<Arguments...> max_pool{};
template <auto... Arguments>
inline constexpr layer::average_pool<Arguments...> average_pool{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::adaptive_average_pool<Arguments...>> adaptive_average_pool{};
template <auto... Pieces>
    requires(layer::Size<Pieces> && ...)
inline constexpr layer::adaptive_average_pool<Pieces...> adaptive_average_pool<Pieces...>{};
inline constexpr layer::global_average_pool global_average_pool{};

inline constexpr layer::flatten flatten{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::reshape<Arguments...>> reshape{};
template <auto... Extents>
    requires(layer::Size<Extents> && ...)
inline constexpr layer::reshape<Extents...> reshape<Extents...>{};

/// Options in any order: epsilon(e), momentum(m), no_affine.
template <auto... Options>
inline constexpr layer::batch_norm<Options...> batch_norm{};
/// Options in any order: last_axes(n), epsilon(e), no_affine, no_bias (of layer_norm).
template <auto... Options>
inline constexpr layer::layer_norm<Options...> layer_norm{};
template <auto... Options>
inline constexpr layer::rms_norm<Options...> rms_norm{};
/// Options in any order: epsilon(e), no_affine.
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::group_norm<Arguments...>> group_norm{};
template <auto Groups, auto... Options>
    requires layer::Size<Groups>
inline constexpr layer::group_norm<Groups, Options...> group_norm<Groups, Options...>{};

template <auto Axis = 0>
inline constexpr layer::unusable<layer::written::softmax<Axis>> softmax{};
template <auto Axis>
    requires layer::Size<Axis>
inline constexpr layer::softmax<Axis> softmax<Axis>{};
template <auto Axis = 0>
inline constexpr layer::unusable<layer::written::log_softmax<Axis>> log_softmax{};
template <auto Axis>
    requires layer::Size<Axis>
inline constexpr layer::log_softmax<Axis> log_softmax<Axis>{};

template <auto... Arguments>
inline constexpr layer::unusable<layer::written::embedding<Arguments...>> embedding{};
template <auto Count, auto Dimension>
    requires(layer::Size<Count> && layer::Size<Dimension>)
inline constexpr layer::embedding<Count, Dimension> embedding<Count, Dimension>{};

/// Before and after along the last axis, then along the one before it, …
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::pad<Arguments...>> pad{};
template <auto... Amounts>
    requires(layer::Amount<Amounts> && ...)
inline constexpr layer::pad<Amounts...> pad<Amounts...>{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::crop<Arguments...>> crop{};
template <auto... Amounts>
    requires(layer::Amount<Amounts> && ...)
inline constexpr layer::crop<Amounts...> crop<Amounts...>{};
/// One factor for all axes but the first, or one for each.
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::upsample<Arguments...>> upsample{};
template <auto... Factors>
    requires(layer::Size<Factors> && ...)
inline constexpr layer::upsample<Factors...> upsample<Factors...>{};

template <auto... Arguments>
inline constexpr layer::unusable<layer::written::dropout<Arguments...>> dropout{};
template <auto Probability>
    requires layer::Number<Probability>
inline constexpr layer::dropout<static_cast<double>(Probability)> dropout<Probability>{};

inline constexpr layer::identity identity{};
inline constexpr layer::relu relu{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::leaky_relu<Arguments...>> leaky_relu{};
template <auto Slope>
    requires layer::Number<Slope>
inline constexpr layer::leaky_relu<static_cast<double>(Slope)> leaky_relu<Slope>{};
template <>
inline constexpr layer::leaky_relu<> leaky_relu<>{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::prelu<Arguments...>> prelu{};
template <auto Start>
    requires layer::Number<Start>
inline constexpr layer::prelu<static_cast<double>(Start)> prelu<Start>{};
template <>
inline constexpr layer::prelu<> prelu<>{};
template <auto... Arguments>
inline constexpr layer::unusable<layer::written::elu<Arguments...>> elu{};
template <auto Alpha>
    requires layer::Number<Alpha>
inline constexpr layer::elu<static_cast<double>(Alpha)> elu<Alpha>{};
template <>
inline constexpr layer::elu<> elu<>{};
inline constexpr layer::selu selu{};
inline constexpr layer::sigmoid sigmoid{};
inline constexpr layer::tanh tanh{};
inline constexpr layer::softplus softplus{};
inline constexpr layer::silu silu{};
inline constexpr layer::gelu gelu{};
inline constexpr layer::gelu_tanh gelu_tanh{};
inline constexpr layer::mish mish{};
inline constexpr layer::hard_sigmoid hard_sigmoid{};
inline constexpr layer::hard_swish hard_swish{};

}  // namespace espalier
