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

/// A tensor that a layer learns, or carries along as state: the running statistics of a batch_norm. The fans are what
/// initializers scale by. No optimizer moves a state; after a training step p ← p + momentum · (statistic − p), the
/// statistic being what the operation's `statistics` wrote for this batch (PyTorch's meaning of momentum).
struct parameter {
    std::string_view name;
    extents shape;
    std::size_t fan_in = 1;
    std::size_t fan_out = 1;
    initializer start = initializers::automatic;
    bool is_state = false;
    double momentum = 0.1;
};

/// Why a layer refuses its input.
enum class mismatch : unsigned char {
    none,
    missing_input,          // the network does not begin with input<…>
    unexpected_input,       // an input<…> inside the network whose shape is not what arrives there
    needs_flat,             // takes a flat input: put flatten before it
    size_differs,           // a reshape to another number of elements
    empty,                  // an extent of zero
    branches_differ,        // the shapes that meet at a join do not fit
    unbalanced,             // a part of a list that does not end the branches that it begins
    undeclared,             // computes, but does not declare what its gradients read
    view_resizes,           // a view whose output has another number of elements
    shape_changes,          // an elementwise layer whose output has another shape
    learned_differ,         // an elementwise layer whose parameters are not those of its expression
    no_factors,             // an upsample by none or by 0
    factors_differ,         // an upsample with more or fewer factors than the input has axes behind the channels
    axis_missing,           // an option names an axis that the input does not have
    rank_too_high,          // an output with more axes than a shape has
    cut_away,               // a crop that leaves nothing
    transpose_cut_away,     // a transposed convolution whose padding leaves nothing
    needs_image,            // a 2-D convolution of something else than [channels][height][width]
    needs_signal,           // a 1-D convolution of something else than [channels][length]
    needs_channels,         // a pool of neither
    window_exceeds_input,   // a kernel that nowhere fits into the padded input
    groups_do_not_divide,   // groups that do not divide the channels
    pieces_do_not_divide,   // an adaptive pool whose extents do not divide the input's
    convolution_arguments,  // a convolution given something that it does not take
    transpose_arguments,    // a transposed one
    pool_arguments,         // a pool
    pool_too_large,         // a max_pool over more elements than a byte counts
    norm_options,           // a normalisation
    table_size,             // an embedding
    border_widths,          // a pad or crop
    refused,                // a user's layer says no
    no_extents,             // an input<>
    too_many_extents,       // an input of more axes than a shape has
    no_outputs,             // a layer of size 0
    unusable_size,          // a size that is missing, negative or not whole
    unknown_option,         // a template argument that is none of the layer's options
    no_probability,         // a dropout whose probability is not in [0, 1)
    no_number,              // an activation whose parameter is not one number
    not_a_layer,            // something else in a list of layers
    kind_missing,           // a user's layer without kind
    output_missing,         // without its shape rule
    forward_missing,        // an operation without forward
    input_gradient_missing,
    parameter_gradient_missing,
    needs_time,             // of a stream: a layer of something else than [channels][length]
    needs_window,           // of a stream: a layer that reads all of a window at once
    looks_ahead,            // of a stream: a window that reads later time steps
    runs_ahead,             // of a stream: padding for which outputs begin before the input does
    skips_steps,            // of a stream: a stride along time
    check_returns_another,  // check that returns something else than a mismatch
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

/// What the plan lends to a step of a whole-batch operation, each on a cache line; null where none was asked for.
struct batch_memory {
    std::byte* scratch = nullptr;     // for this call only; what parameter_gradient leaves there, input_gradient finds
    std::byte* kept = nullptr;        // from forward to the gradients, or from step to step; null in inference
    bool parameter_gradient = false;  // whether it is wanted in this step, and has come before input_gradient
};

/// An operation over the whole batch in terms of kernels, with the next activation fused into its stores; dense.hpp
/// is the example. `whole_batch = true`, the `reads` declarations, and for Input its shape rule's argument
///
///     template <extents Input, bool Train, class Scalar, class Epilogue>
///     static void forward(const Scalar* const* p, const Scalar* x, std::size_t rows, batch_memory, Epilogue&);
///     template <extents Input, class Scalar, class Epilogue>
///     static void input_gradient(const Scalar* const* p, const Scalar* x, const Scalar* y, const Scalar* delta,
///                                std::size_t rows, batch_memory, Epilogue&);
///     template <extents Input, bool FromRows, class Scalar>                                     // if it learns
///     static void parameter_gradient(const Scalar* const* p, const Scalar* x, const Scalar* y, const Scalar* delta,
///                                    std::size_t rows, batch_memory, Scalar* const* gradient);
///     template <extents Input, class Scalar, class Epilogue>
///     static void forward_single(const Scalar* const* p, const Scalar* x, batch_memory, Epilogue&);
///
/// p and gradient: the layer's tensors, in the order of its `parameters`. x, y and delta lie in blocks of samples,
/// [block][feature][block_lanes]; a feature is an element of a sample, row-major: ([c][h][w]). y is the operation's
/// own output, before the activation behind it; delta is ∇C with respect to y. x and y may be read only where the
/// declarations say so: elsewhere their memory holds something else by then, or they are null.
///
/// An epilogue takes registers: epilogue(block, feature, vector, value), each that holds samples exactly once, in any
/// order, and no other. In the last one, lanes past `rows` hold finite numbers in x and y and zero in delta; what
/// input_gradient emits must be zero there again. Of an epilogue with `is_long`, keep the calls few: a loop, not a
/// tile written out. forward_single sees one sample as plain features, x [features], and emits epilogue(first feature,
/// register of consecutive features), first being a multiple of simd_width.
///
/// Train is true in a training step, false in predictions, where nothing is kept. parameter_gradient comes before
/// input_gradient. It overwrites `gradient`, except for state tensors.
///
/// Optional, with their defaults:
///
///     template <extents Input, class Scalar> static constexpr std::size_t                  // bytes, 0
///         kept_bytes(rows), forward_scratch(rows), input_gradient_scratch(rows),
///         parameter_gradient_scratch(rows), forward_single_scratch();
///     template <extents Input, class Scalar> static constexpr bool reads_rows;             // false: whether, of a
///         first layer, parameter_gradient<…, FromRows = true> takes x as the caller's rows, [rows][features]
///     static constexpr bool rows_are_independent;      // false: whether a batch may be walked in pieces whose
///         gradients are added; nothing is kept, and there is no state
///     static constexpr bool input_gradient_in_place;   // false: reads x only where it emits next, so that ∇x may
///         take x's place register by register; of no meaning to who does not read x
///     template <extents Input, class Scalar>                                               // if it has state tensors
///     static void statistics(const Scalar* const* p, std::size_t rows, batch_memory, Scalar* const* gradient);
///         after forward in training: writes this batch's statistics to the state tensors' places in the gradient
///     template <extents Input, bool FromRows, class Scalar> static constexpr bool descends;    // false: whether
///     static void parameter_descent(…, gradient, Scalar* const* moving, const kernel::descent<Scalar>&);
///         as parameter_gradient, but the first tensor, moving[0], takes its step of plain gradient descent at once
///     using when_frozen = …;                           // itself: what frozen(layer) makes of it
///     using when_streamed = …;                         // none: what run/stream.hpp makes of it, which takes one time
///         step, [channels][1], and has the same parameters. Itself, if forward_single does for a step what forward
///         does for a window. What it keeps between steps lies in memory.kept:
///     template <extents Input, class Scalar> static constexpr std::size_t stream_bytes();
///     template <extents Input, class Scalar> static void prepare_stream(const Scalar* const* p, std::byte* kept),
///         reset_stream(p, kept);                       // for these parameters; then before the first step
///     static constexpr bool reads_before_window;       // true: whether a window's first outputs take zeros for steps
///         before it; then what arrives is zero until the layers before have a column
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

namespace detail {

template <class Type>
struct frozen_form {
    using type = Type;
};
template <class Type>
    requires requires { typename Type::when_frozen; }
struct frozen_form<Type> {
    using type = typename Type::when_frozen;
};

}  // namespace detail

/// The layer that stands in for this one where it does not train: a batch_norm then normalises by its running
/// statistics.
template <class Type>
using when_frozen = typename detail::frozen_form<Type>::type;

/// Stands in a stream for a layer that cannot take one time step at a time. Unconstrained: layers name it in
/// themselves.
template <class Type>
struct not_streamed : Type {
    static constexpr extents output(const extents& input) { return input; }
    static constexpr mismatch check(const extents&) { return mismatch::needs_window; }
};

namespace detail {

template <class Type>
struct streamed_form {
    using type = not_streamed<Type>;
};
template <class Type>
    requires ElementwiseLayer<Type>
struct streamed_form<Type> {
    using type = Type;
};
template <class Type>
    requires(!ElementwiseLayer<Type>) && requires { typename Type::when_streamed; }
struct streamed_form<Type> {
    using type = typename Type::when_streamed;
};

}  // namespace detail

/// The layer that stands in for this one where time steps come one at a time: see run/stream.hpp.
template <class Type>
using when_streamed = typename detail::streamed_form<Type>::type;

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
