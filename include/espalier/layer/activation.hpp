// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/record.hpp>
#include <espalier/layer/contract.hpp>

namespace espalier::layer {

/// What every elementwise layer has: it keeps the shape. `Initial…` are the starts of its learned parameters, one
/// scalar each, shared by all features.
template <double... Initial>
struct elementwise {
    static constexpr extents output(const extents& input) { return input; }

    static constexpr auto parameters(const extents&) {
        return std::array<parameter, sizeof...(Initial)>{
            parameter{"parameter", shape<1>{}, 1, 1, initializers::constant(Initial)}...};
    }
};

/// A user's activation: `activation([](auto z) { return z * tanh(softplus(z)); })`. The type holds the expression,
/// not the lambda.
template <auto Expression, double... Initial>
struct activation : elementwise<Initial...> {
    static_assert(expression::Expression<decltype(Expression)>,
                  "an activation returns an expression of its argument, e.g. z * tanh(softplus(z))");
    static_assert(sizeof...(Initial) == expression::parameter_count(Expression),
                  "an activation takes one learned<start> for each parameter after z");

    static constexpr std::string_view kind = "activation";
    static constexpr auto expression = Expression;
};

}  // namespace espalier::layer
