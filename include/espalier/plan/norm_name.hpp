// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/core/text.hpp>
#include <espalier/layer/norm_options.hpp>
#include <espalier/plan/number_text.hpp>

namespace espalier::detail {

/// Calls add(text) for each option that a normalisation was given, as its user writes it: "epsilon(1e-06)".
template <class Add>
[[gnu::cold]] void name_norm_options(const layer::norm_options& options, Add&& add) {
    if (options.axes) add(text_of({"last_axes(", *options.axes, ")"}));
    if (options.epsilon) add(text_of({"epsilon(", number_text(*options.epsilon), ")"}));
    if (options.momentum) add(text_of({"momentum(", number_text(*options.momentum), ")"}));
    if (!options.has_affine) add("no_affine");
    if (!options.has_bias) add("no_bias");
}

}  // namespace espalier::detail
