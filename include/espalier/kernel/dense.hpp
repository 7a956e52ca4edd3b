// SPDX-License-Identifier: MIT
#pragma once

#include <espalier/kernel/cost.hpp>

/// The products of a dense layer, declared: layers and plans name them without including SIMD code. Each is
/// documented where it is defined, in the header of its name.
namespace espalier::kernel {

/// Instead of being stored, ∇W may move the weights at once, W ← kept · W + rate · ∇W: a step of plain stochastic
/// gradient descent without a pass over both.
template <class Scalar>
struct descent {
    bool moves = false;
    Scalar rate = 0;
    Scalar kept = 1;
};

template <class Scalar, std::size_t In, std::size_t Out, class Bias, class Epilogue>
void dense_forward(const Scalar* weight, Bias bias, const Scalar* input, std::size_t rows, Epilogue& epilogue);

template <class Scalar, std::size_t In, std::size_t Out, class Bias, class Epilogue>
void dense_single(const Scalar* weight, Bias bias, const Scalar* x, Epilogue& epilogue);

template <class Scalar, std::size_t In, std::size_t Out, class Bias>
void pack_dense(const Scalar* weight, Bias bias, Scalar* packed);

template <class Scalar, std::size_t In, std::size_t Out, class Epilogue>
void dense_packed(const Scalar* packed, const Scalar* x, Epilogue& epilogue);

template <class Scalar, std::size_t In, std::size_t Out, class Epilogue>
void dense_input_gradient(const Scalar* weight, const Scalar* delta, std::size_t rows, Scalar* scratch,
                          Epilogue& epilogue);

template <class Scalar, std::size_t In, std::size_t Out>
void dense_weight_gradient(const Scalar* delta, const Scalar* input, std::size_t rows, Scalar* scratch,
                           Scalar* weight_gradient);

template <class Scalar, std::size_t In, std::size_t Out>
    requires weight_gradient_reads_rows<Scalar, In, Out>
void dense_weight_gradient_from_rows(const Scalar* delta, const Scalar* x, std::size_t rows, Scalar* scratch,
                                     Scalar* weight_gradient, const descent<Scalar>& step = {});

template <class Scalar, std::size_t Out>
void dense_bias_gradient(const Scalar* delta, std::size_t rows, Scalar* bias_gradient);

template <std::size_t Height, class Scalar, class Bias, class Epilogue>
void shared_dense_forward(std::size_t in, std::size_t out, const Scalar* weight, Bias bias, const Scalar* input,
                          std::size_t rows, Epilogue& epilogue);

template <std::size_t Height, class Scalar, class Epilogue>
void shared_dense_input_gradient(std::size_t in, std::size_t out, const Scalar* weight, const Scalar* delta,
                                 std::size_t rows, bool copies, Scalar* scratch, Epilogue& epilogue);

template <std::size_t Height, class Scalar>
void shared_dense_weight_gradient(std::size_t in, std::size_t out, const Scalar* delta, const Scalar* input,
                                  std::size_t rows, Scalar* scratch, Scalar* weight_gradient);

}  // namespace espalier::kernel
