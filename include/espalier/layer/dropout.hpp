// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/expression/functions.hpp>
#include <espalier/layer/activation.hpp>

namespace espalier::layer {

/// In training, sets each element to 0 with this probability and scales the others by 1/(1 − Probability)
/// (Srivastava 2014, inverted); in inference, does nothing. The coins come from a counter, so they are the same
/// however the batch is split, and backward tosses them again instead of storing them.
template <double Probability>
struct dropout : elementwise<> {
    static constexpr bool is_probability = Probability >= 0 && Probability < 1;
    static constexpr std::string_view kind = "dropout";
    static constexpr std::array arguments{Probability};
    static constexpr double drop_probability = Probability;
    static constexpr auto expression =
        select(expression::leaf<expression::operation::keep>{},
               expression::variable{} * (1 / (1 - (is_probability ? Probability : 0))), 0);
    static constexpr auto inference_expression = expression::variable{};

    static constexpr mismatch check(const extents&) {
        return is_probability ? mismatch::none : mismatch::no_probability;
    }
};

}  // namespace espalier::layer
