// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/topology/diagnostics.hpp>

/// What a compiler prints of a user's layer that is no whole one.
namespace espalier::diagnostics {

template <class Where, class Layer, class Receives>
struct verdict<mismatch::kind_missing, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this layer lacks its member kind: static constexpr std::string_view kind");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::output_missing, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this layer lacks its member output: static constexpr extents output(const extents& input)");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::forward_missing, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this layer lacks its member forward<Input, Scalar>(x, p, y): see layer/sample.hpp");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::input_gradient_missing, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this layer lacks its member input_gradient<Input, Scalar>(x, y, delta, p, x_gradient)");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::parameter_gradient_missing, Where, Layer, Receives>
    : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>,
                  "this layer lacks its member parameter_gradient<Input, Scalar>(x, y, delta, p, gradient)");
};

template <class Where, class Layer, class Receives>
struct verdict<mismatch::check_returns_another, Where, Layer, Receives> : verdict<mismatch::none, void, void, void> {
    static_assert(shapes_agree<Where, Layer, Receives>, "check(input) returns a layer::mismatch: none or refused");
};

}  // namespace espalier::diagnostics
