// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include <espalier/kernel/conv_geometry.hpp>

/// The pools, declared: layers and plans name them without including SIMD code. Each is documented where it is
/// defined. A pool's geometry is that of a depthwise convolution.
namespace espalier::kernel {

template <class Scalar, conv_geometry Geometry, bool Keep, class Epilogue>
void max_pool_forward(const Scalar* input, std::size_t rows, std::uint8_t* kept, Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, class Epilogue>
void max_pool_input_gradient(const Scalar* delta, std::size_t rows, const std::uint8_t* kept, Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, bool CountsPadding, class Epilogue>
void average_pool_forward(const Scalar* input, std::size_t rows, Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, bool CountsPadding, class Epilogue>
void average_pool_input_gradient(const Scalar* delta, std::size_t rows, Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, class Epilogue>
void max_pool_single(const Scalar* x, Epilogue& epilogue);

template <class Scalar, conv_geometry Geometry, bool CountsPadding, class Epilogue>
void average_pool_single(const Scalar* x, Epilogue& epilogue);

}  // namespace espalier::kernel
