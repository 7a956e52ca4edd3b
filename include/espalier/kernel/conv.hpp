// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/conv_geometry.hpp>
#include <espalier/kernel/conv_single.hpp>
#include <espalier/kernel/winograd.hpp>

/// The products of a convolution, declared: layers and plans name them without including SIMD code. Each is
/// documented where it is defined.
namespace espalier::kernel {

template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
void conv_forward(const Scalar* weight, Bias bias, const Scalar* input, std::size_t rows, Scalar* scratch,
                  Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
void conv_input_gradient(const Scalar* weight, Bias bias, const Scalar* delta, std::size_t rows, Scalar* scratch,
                         Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry>
void conv_weight_gradient(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* weight_gradient);

template <class Scalar>
void conv_bias_gradient(std::size_t channels, std::size_t pixels, const Scalar* delta, std::size_t rows,
                        Scalar* bias_gradient);

template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
void conv_forward_single(const Scalar* weight, Bias bias, const Scalar* x, Scalar* scratch, Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, class Bias, class Epilogue>
void conv_transpose_single(const Scalar* weight, Bias bias, const Scalar* x, Scalar* scratch, Epilogue& epilogue);

}  // namespace espalier::kernel
