// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

#include <espalier/core/extents.hpp>
#include <espalier/core/initializer.hpp>
#include <espalier/expression/tree.hpp>

/// What a layer is. A layer is an empty type; everything about it is static:
///
///     kind                      its name in tables and errors
///     output(extents)           its shape rule
///     check(extents)            optional: why an input does not fit
///     parameters(extents)       optional: std::array<parameter, …>, the tensors that it learns
///
/// and one of
///
///     nothing more              a view: the same numbers under another shape (flatten)
///     expression                an elementwise function (relu); fused into the layer before it
///     forward, …                an operation (dense, or yours): see SampleLayer and BatchLayer
///
/// A view keeps the number of elements, an elementwise layer the shape; the parameters of an elementwise layer are
/// scalars, one for each parameter<k> in its expression.
namespace espalier::layer {

/// A tensor that a layer learns. The fans are what initializers scale by.
struct parameter {
    std::string_view name;
    extents shape;
    std::size_t fan_in = 1;
    std::size_t fan_out = 1;
    initializer start = initializers::automatic;
};

/// Why a layer refuses its input.
enum class mismatch : unsigned char {
    none,
    missing_input,     // the network does not begin with input<…>
    unexpected_input,  // an input<…> inside the network whose shape is not what arrives there
    needs_flat,        // takes a flat input: put flatten before it
    size_differs,      // a reshape to another number of elements
    empty,             // an extent of zero
    undeclared,        // computes, but does not declare what its gradients read
    view_resizes,      // a view whose output has another number of elements
    shape_changes,     // an elementwise layer whose output has another shape
    learned_differ,    // an elementwise layer whose parameters are not those of its expression
    refused,           // a user's layer says no
};

/// What the gradients of an operation read beside the delta: its input x, its output y, its parameters.
struct reads {
    bool input = false;
    bool output = false;
    bool parameters = false;
};

template <class Type>
concept Layer = requires(const extents& shape) {
    { Type::kind } -> std::convertible_to<std::string_view>;
    { Type::output(shape) } -> std::same_as<extents>;
};

/// An elementwise function, given as an expression: see expression/tree.hpp.
template <class Type>
concept ElementwiseLayer = Layer<Type> && expression::Expression<decltype(Type::expression)>;

/// A layer that computes, and is no elementwise function: it declares what its gradients read.
template <class Type>
concept OperationLayer = Layer<Type> && !ElementwiseLayer<Type> && requires {
    { Type::input_gradient_reads } -> std::convertible_to<reads>;
};

/// An operation over the whole batch in terms of kernels, with the next activation fused into its stores:
/// dense.hpp is the example.
template <class Type>
concept BatchLayer = OperationLayer<Type> && Type::whole_batch;

/// An operation written for one register of samples, as if for a single sample: see sample.hpp.
template <class Type>
concept SampleLayer = OperationLayer<Type> && !BatchLayer<Type>;

/// The same numbers under another shape.
template <class Type>
concept ViewLayer = Layer<Type> && !ElementwiseLayer<Type> && !OperationLayer<Type>;

/// Has members that only an operation has.
template <class Type>
concept Computes = requires { Type::parameter_gradient_reads; } || requires { Type::whole_batch; } || requires {
    &Type::template forward<extents{}, float>;
} || requires { &Type::template input_gradient<extents{}, float>; };

template <class Type>
concept InputLayer = ViewLayer<Type> && Type::is_input;

template <class Type>
concept Frozen = Type::is_frozen;

template <Layer Type>
constexpr auto parameters_of(const extents& input) {
    if constexpr (requires { Type::parameters(input); })
        return Type::parameters(input);
    else
        return std::array<parameter, 0>{};
}

template <Layer Type>
constexpr mismatch check_of(const extents& input) {
    if constexpr (requires {
                      { Type::check(input) } -> std::same_as<mismatch>;
                  })
        return Type::check(input);
    else
        return mismatch::none;
}

}  // namespace espalier::layer
