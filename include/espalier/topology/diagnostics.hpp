// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <espalier/layer/contract.hpp>

/// What a compiler prints of a network whose layers do not fit. Everything in here shows in messages: values stand in
/// template arguments, since every compiler prints those, and the sentence of the assertion says what to do.
namespace espalier::diagnostics {

using layer::mismatch;

/// The layer's number: the input is layer 0, and layers of branches count as they are written, a join after its
/// branches.
template <std::size_t Index>
struct at_layer;

/// The shape of what arrives at the layer, as shape<…>; at a join, of each branch in the order of writing.
template <class... Shapes>
struct receives;

/// Gives Type. An unqualified call completes the class that the verdict points to, since argument-dependent lookup
/// wants to see its friends, and so reports what is wrong; and whatever is wrong, it gives Type.
template <class Type>
Type asked(const void* verdict);

template <class Where, class Layer, class Receives>
inline constexpr bool shapes_agree = false;
template <class Layer, class Receives>
inline constexpr bool shapes_agree<void, Layer, Receives> = true;

/// What was found in a network. A class, so that one mistake is one error, whatever asks for it and how often: the
/// error is the assertion, and `reported` is true in any case, so that nothing that asks adds another.
/// To add a mistake: a value of layer::mismatch, and the like of one of these.
template <mismatch Problem, class Where, class Layer, class Receives>
struct verdict {
    static_assert(Problem == mismatch::none || shapes_agree<Where, Layer, Receives>, "the layer refuses its input");
    static constexpr bool reported = true;
    template <class Type>
    using then = Type;
    /// In the place of what a function returns of a network that fits.
    template <class Type>
    operator Type() const;  // NOLINT: implicit
    template <class Stream>
    friend Stream& operator<<(Stream& to, const verdict&);
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::missing_input, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "a network begins with input<extents of one sample…>");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::unexpected_input, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "an input<…> inside a network states the shape that arrives there, and another one arrives");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::needs_flat, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "dense takes a flat input: put flatten before it");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::size_differs, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "reshape keeps the number of elements: give it extents whose product is that of its input");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::empty, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "every extent is at least 1");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::no_factors, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "upsample takes factors of at least 1, e.g. upsample<2>");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::factors_differ, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "upsample takes [channels][…], and one factor for all axes behind the channels or one for each");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::axis_missing, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this layer names an axis that its input does not have: axes count from 0, without the batch");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::rank_too_high, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "a shape has up to 6 extents: put a reshape before this layer");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::cut_away, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "crop leaves at least one element along each axis");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::branches_differ, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "residual, add and multiply join one shape; concat joins shapes that agree but for the first extent");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::unbalanced, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "branches begin and end in one part: this list of layers was cut within some");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::undeclared, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a layer with forward declares input_gradient_reads, and parameter_gradient_reads if it learns");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::view_resizes, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a layer without forward and expression is a view: its output has as many elements as its input");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::shape_changes, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a layer with an expression is elementwise: its output has the shape of its input");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::learned_differ, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a layer with an expression learns one scalar for each parameter<k> in it, and no more");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::refused, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "this layer's check refuses the shape that it receives");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::needs_image, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a 2-D convolution takes [channels][height][width]: put reshape<channels, height, width> before it");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::needs_signal, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a 1-D convolution takes [channels][length]: put reshape<channels, length> before it");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::needs_channels, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a pool takes [channels][height][width] or [channels][length]: put reshape before it, or a pool of "
                  "as many extents");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::window_exceeds_input, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(
        shapes_agree<Where, Layer, Receives>,
        "the window is larger than its input with padding: take a smaller kernel, less dilation, or padding<…>");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::transpose_cut_away, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "padding removes the whole output of the transposed convolution: take less");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::groups_do_not_divide, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "groups divide the channels of the input and of the output");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::pieces_do_not_divide, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "an adaptive pool's extents divide those of its input");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::convolution_arguments, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(
        shapes_agree<Where, Layer, Receives>,
        "a convolution takes channels, kernel, stride, padding or same, dilation, groups, no_bias, initializer");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::transpose_arguments, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "conv_transpose takes what conv does but same; output_padding below the stride");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::pool_arguments, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a pool takes window extents, stride<…>, same or padding<less than the window>; an average also "
                  "exclude_padding");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::pool_too_large, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "max_pool keeps a byte an element: its window has at most 256 elements");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::norm_options, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "the options are epsilon(> 0), no_affine; of batch_norm momentum(m), of layer_norm and rms_norm "
                  "last_axes(> 0), of layer_norm no_bias");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::table_size, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "embedding<count, dimension> takes a count from 1 to 2^24 and a dimension from 1 on");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::border_widths, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "pad and crop take two numbers from 0 on for each axis, before and after, the last axis first");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::no_extents, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "input<…> takes the extents of one sample, e.g. input<1, 28, 28>");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::too_many_extents, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "a sample has at most 6 extents");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::no_outputs, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "a layer has at least one output: give it a size of at least 1");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::unusable_size, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "give this layer whole numbers from 0 on, e.g. dense<64>");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::unknown_option, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "the options of dense are no_bias and an initializer");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::no_probability, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "dropout<p> takes a probability in [0, 1)");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::no_number, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this activation takes one number or none, e.g. leaky_relu<0.1>: other layers stand behind >>");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::not_a_layer, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this stands where a layer belongs: between >> stand layers and networks, e.g. dense<10>");
};

}  // namespace espalier::diagnostics
