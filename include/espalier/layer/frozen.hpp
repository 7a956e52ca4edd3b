// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/layer/contract.hpp>

namespace espalier::layer {

/// The same layer, whose parameters do not train: no gradient is computed for them, nor for anything upstream that
/// nothing trainable needs.
template <Layer Inner>
struct frozen : when_frozen<Inner> {
    static constexpr bool is_frozen = true;
};

}  // namespace espalier::layer
