// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv_winograd.hpp>

namespace espalier::kernel {

namespace detail {
template <conv_geometry Geometry>
inline constexpr gather gather_of_input = input_gather(Geometry);
}

/// The adjoint of conv_forward, ∇_a C from δ; with a bias, a transposed convolution: for each (block, input feature,
/// vector) that holds samples, once, epilogue(block, feature, vector, value).
///
/// weight [out][channels / groups][kernel_h][kernel_w]; bias const Scalar* [channels], or no_bias; delta
/// [block][out][out_height][out_width][lanes]; `rows` ≥ 1 samples; scratch [conv_input_gradient_scratch]. Each input
/// pixel gathers from the outputs that it has met, so nothing is written twice.
template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
[[gnu::noinline]] ESPALIER_FLATTEN void conv_input_gradient(const Scalar* weight, Bias bias, const Scalar* delta,
                                                            std::size_t rows, [[maybe_unused]] Scalar* scratch,
                                                            Epilogue& epilogue) {
    static_assert(Geometry.is_valid());
    detail::convolve<detail::gather_of_input<Geometry>>(weight, bias, delta, rows, scratch, epilogue);
}

}  // namespace espalier::kernel
