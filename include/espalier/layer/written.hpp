// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include <espalier/layer/contract.hpp>

/// Arguments as they are written, before they are those of a layer. A word of the language takes any, so that the
/// network can say which layer got what it does not take; the compiler alone would speak of narrowing.
namespace espalier::layer {

namespace detail {

template <std::size_t Value>
struct at_size;
template <std::ptrdiff_t Value>
struct at_amount;

}  // namespace detail

/// Every value that a template parameter of type std::size_t takes: whole and not negative.
template <auto Value>
concept Size = requires { typename detail::at_size<Value>; };
/// Every value that one of type std::ptrdiff_t takes.
template <auto Value>
concept Amount = requires { typename detail::at_amount<Value>; };
template <auto Value>
concept Number = std::is_arithmetic_v<std::remove_cv_t<decltype(Value)>>;

/// The words whose arguments may be no layer's, for messages.
namespace written {

template <auto...>
struct input;
template <auto...>
struct dense;
template <auto...>
struct conv2d;
template <auto...>
struct conv1d;
template <auto...>
struct conv_transpose2d;
template <auto...>
struct conv_transpose1d;
template <auto...>
struct adaptive_average_pool;
template <auto...>
struct reshape;
template <auto...>
struct group_norm;
template <auto...>
struct softmax;
template <auto...>
struct log_softmax;
template <auto...>
struct embedding;
template <auto...>
struct pad;
template <auto...>
struct crop;
template <auto...>
struct upsample;
template <auto...>
struct dropout;
template <auto...>
struct leaky_relu;
template <auto...>
struct prelu;
template <auto...>
struct elu;

// Options, which stand as values in a layer's list.
template <auto...>
struct stride {};
template <auto...>
struct dilation {};
template <auto...>
struct padding {};
template <auto...>
struct groups {};
template <auto...>
struct output_padding {};

}  // namespace written

/// Why arguments make no layer.
template <class Written>
inline constexpr mismatch unusable_for = mismatch::unusable_size;
template <auto... Arguments>
inline constexpr mismatch unusable_for<written::dropout<Arguments...>> = mismatch::no_probability;
template <auto... Arguments>
inline constexpr mismatch unusable_for<written::leaky_relu<Arguments...>> = mismatch::no_number;
template <auto... Arguments>
inline constexpr mismatch unusable_for<written::prelu<Arguments...>> = mismatch::no_number;
template <auto... Arguments>
inline constexpr mismatch unusable_for<written::elu<Arguments...>> = mismatch::no_number;

/// Stands for a layer that the arguments of a word do not make. It fits nowhere, not even where an input is missing.
template <class Written>
struct unusable {
    static constexpr std::string_view kind = "unusable";
    static constexpr bool is_input = true;
    static constexpr extents output(const extents& input) { return input; }
    static constexpr mismatch check(const extents&) { return unusable_for<Written>; }
};

}  // namespace espalier::layer
