// SPDX-License-Identifier: MIT
#pragma once

// The messages of the Open Neural Network Exchange, as its own package compiles them.
#ifndef ONNX_NAMESPACE
#define ONNX_NAMESPACE onnx
#endif
#ifndef ONNX_ML
#define ONNX_ML 1
#endif
#include <onnx/onnx_pb.h>
