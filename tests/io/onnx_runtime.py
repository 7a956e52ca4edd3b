# SPDX-License-Identifier: MIT
"""Models that tests/io/onnx_export.cpp wrote, in another runtime: onnx_runtime.py <folder>

Runs each by the operators' definitions, in NumPy. onnx_runtime.mjs runs them by ONNX Runtime."""
import math
import pathlib
import sys

import numpy

try:
    import onnx
    import onnx.checker
    import onnx.numpy_helper
except ImportError as problem:
    print(f"skipped: {problem}")
    sys.exit(77)

erf = numpy.vectorize(math.erf, otypes=[float])


def where(condition, then, otherwise):
    return numpy.where(condition, then, otherwise)


OPERATORS = {
    "Identity": lambda x: x,
    "Dropout": lambda x, ratio=None: x,
    "Relu": lambda x: numpy.maximum(x, 0),
    "Sigmoid": lambda x: 1 / (1 + numpy.exp(-x)),
    "Tanh": numpy.tanh,
    "Softplus": lambda x: numpy.logaddexp(0, x),
    "LeakyRelu": lambda x, alpha=0.01: where(x > 0, x, alpha * x),
    "PRelu": lambda x, slope: where(x > 0, x, slope * x),
    "Elu": lambda x, alpha=1.0: where(x > 0, x, alpha * numpy.expm1(numpy.minimum(x, 0))),
    "Selu": lambda x, alpha=1.67326319217681884765625, gamma=1.05070102214813232421875:
        gamma * where(x > 0, x, alpha * numpy.expm1(numpy.minimum(x, 0))),
    "HardSigmoid": lambda x, alpha=0.2, beta=0.5: numpy.clip(alpha * x + beta, 0, 1),
    "Add": numpy.add, "Sub": numpy.subtract, "Mul": numpy.multiply, "Div": numpy.divide, "Neg": numpy.negative,
    "Min": numpy.minimum, "Max": numpy.maximum, "Greater": numpy.greater, "GreaterOrEqual": numpy.greater_equal,
    "Where": where, "Abs": numpy.abs, "Sqrt": numpy.sqrt, "Exp": numpy.exp, "Log": numpy.log, "Sin": numpy.sin,
    "Cos": numpy.cos, "Erf": erf,
    "Flatten": lambda x, axis=1: x.reshape(math.prod(x.shape[:axis]), -1),
    "Reshape": lambda x, shape: x.reshape([x.shape[i] if n == 0 else n for i, n in enumerate(shape)]),
    "Gemm": lambda x, w, b=0, transB=0: x @ (w.T if transB else w) + b,
}


def run(model, x):
    values = {each.name: onnx.numpy_helper.to_array(each).astype(numpy.float64) if each.data_type in (1, 11)
              else onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    values[model.graph.input[0].name] = x.astype(numpy.float64)
    for node in model.graph.node:
        attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](*(values[name] for name in node.input), **attributes)
    return values[model.graph.output[0].name]


def largest_difference(found, expected):
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return (numpy.abs(found - expected) / numpy.maximum(1, numpy.abs(expected))).max()


folder = pathlib.Path(sys.argv[1])
models = sorted(folder.glob("*.onnx"))
assert models, f"no models in {folder}"
failures = 0
for path in models:
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    shape = [d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim][1:]
    x = numpy.load(path.with_suffix(".input.npy"))
    x = x.reshape(len(x), *shape)
    shape = [d.dim_value for d in model.graph.output[0].type.tensor_type.shape.dim][1:]
    expected = numpy.load(path.with_suffix(".output.npy"))
    expected = expected.reshape(len(expected), *shape)
    largest = largest_difference(run(model, x), expected)
    failed = not largest < 1e-5
    failures += failed
    print(f"{'FAILED ' if failed else ''}{path.stem}: largest difference {largest:.1e}")
sys.exit(1 if failures else 0)
