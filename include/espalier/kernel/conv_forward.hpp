// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv_winograd.hpp>

namespace espalier::kernel {

namespace detail {
template <conv_geometry Geometry>
inline constexpr gather gather_of_forward = forward_gather(Geometry);
}

/// z = W ∗ a + b for a batch, as cross-correlation: for each (block, feature, vector) that holds samples, once,
/// epilogue(block, feature, vector, z), which applies the activation and stores.
///
/// weight [out][channels / groups][kernel_h][kernel_w]; bias const Scalar* [out], or no_bias; input
/// [block][channels][height][width][lanes]; `rows` ≥ 1 samples; scratch [conv_forward_scratch]; features are
/// [out][out_height][out_width].
template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void conv_forward(const Scalar* weight, Bias bias, const Scalar* input,
                                                     std::size_t rows, [[maybe_unused]] Scalar* scratch,
                                                     Epilogue& epilogue) {
    static_assert(Geometry.is_valid());
    detail::convolve<detail::gather_of_forward<Geometry>>(weight, bias, input, rows, scratch, epilogue);
}

}  // namespace espalier::kernel
