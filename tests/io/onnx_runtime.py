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


def windows(x, kernel_shape, strides, dilations):
    """[batch, channels, outputs..., kernel...] of a padded x."""
    rank = len(kernel_shape)
    spans = [(k - 1) * d + 1 for k, d in zip(kernel_shape, dilations)]
    view = numpy.lib.stride_tricks.sliding_window_view(x, spans, axis=tuple(range(2, 2 + rank)))
    steps = [slice(None, None, s) for s in strides]
    taps = [slice(None, None, d) for d in dilations]
    return view[(slice(None), slice(None), *steps, *taps)]


def padded(x, pads, value=0.0):
    rank = x.ndim - 2
    return numpy.pad(x, [(0, 0), (0, 0), *zip(pads[:rank], pads[rank:])], constant_values=value)


def conv(x, w, b=None, kernel_shape=None, strides=None, dilations=None, pads=None, group=1):
    rank = x.ndim - 2
    view = windows(padded(x, pads), kernel_shape, strides, dilations)
    kernel_axes = list(range(2 + rank, 2 + 2 * rank))
    outputs = []
    for part, weights in zip(numpy.split(view, group, axis=1), numpy.split(w, group, axis=0)):
        product = numpy.tensordot(part, weights, ([1, *kernel_axes], list(range(1, w.ndim))))
        outputs.append(numpy.moveaxis(product, -1, 1))
    y = numpy.concatenate(outputs, axis=1)
    return y if b is None else y + b.reshape(-1, *[1] * rank)


def conv_transpose(x, w, b=None, kernel_shape=None, strides=None, dilations=None, pads=None, output_padding=None,
                   group=1):
    """Each element of x adds its multiple of the kernel to the output: the definition."""
    rank = x.ndim - 2
    size = [(n - 1) * s + (k - 1) * d + 1 + o for n, s, k, d, o in
            zip(x.shape[2:], strides, kernel_shape, dilations, output_padding)]
    outs = w.shape[1]
    y = numpy.zeros((x.shape[0], outs * group, *size))
    for g in range(group):
        ins = x.shape[1] // group
        part, weights = x[:, g * ins:(g + 1) * ins], w[g * ins:(g + 1) * ins]
        for tap in numpy.ndindex(*kernel_shape):
            places = tuple(slice(t * d, t * d + (n - 1) * s + 1, s) for t, d, n, s in
                           zip(tap, dilations, x.shape[2:], strides))
            product = numpy.moveaxis(numpy.tensordot(part, weights[(slice(None), slice(None), *tap)], ([1], [0])), -1, 1)
            y[(slice(None), slice(g * outs, (g + 1) * outs), *places)] += product
    y = y[(slice(None), slice(None), *(slice(before, n - behind) for before, behind, n in
                                       zip(pads[:rank], pads[rank:], size)))]
    return y if b is None else y + b.reshape(-1, *[1] * rank)


def max_pool(x, kernel_shape, strides, pads):
    view = windows(padded(x, pads, -math.inf), kernel_shape, strides, [1] * (x.ndim - 2))
    return view.max(axis=tuple(range(x.ndim, view.ndim)))


def average_pool(x, kernel_shape, strides, pads, count_include_pad=0):
    ones = numpy.ones_like(x) if not count_include_pad else None
    axes = tuple(range(x.ndim, 2 * x.ndim - 2))
    sums = windows(padded(x, pads), kernel_shape, strides, [1] * (x.ndim - 2)).sum(axis=axes)
    if count_include_pad:
        return sums / math.prod(kernel_shape)
    return sums / windows(padded(ones, pads), kernel_shape, strides, [1] * (x.ndim - 2)).sum(axis=axes)


def batch_norm(x, scale, bias, mean, variance, epsilon=1e-5, momentum=0.9):
    along = (-1, *[1] * (x.ndim - 2))
    return ((x - mean.reshape(along)) / numpy.sqrt(variance.reshape(along) + epsilon) * scale.reshape(along)
            + bias.reshape(along))


def softmax(x, axis):
    e = numpy.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def pad(x, pads):
    amounts = list(zip(pads[:x.ndim], pads[x.ndim:]))
    x = x[tuple(slice(max(0, -before), n - max(0, -behind)) for (before, behind), n in zip(amounts, x.shape))]
    return numpy.pad(x, [(max(0, before), max(0, behind)) for before, behind in amounts])


def resize(x, region, scales, mode, coordinate_transformation_mode, nearest_mode):
    assert (mode, coordinate_transformation_mode, nearest_mode) == (b"nearest", b"asymmetric", b"floor")
    for axis, scale in enumerate(scales):
        x = numpy.repeat(x, int(scale), axis=axis)
    return x


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
    "Conv": conv, "ConvTranspose": conv_transpose, "MaxPool": max_pool, "AveragePool": average_pool,
    "GlobalAveragePool": lambda x: x.mean(axis=tuple(range(2, x.ndim)), keepdims=True),
    "BatchNormalization": batch_norm,
    "ReduceMean": lambda x, axes, keepdims: x.mean(axis=tuple(axes), keepdims=bool(keepdims)),
    "Softmax": lambda x, axis=-1: softmax(x, axis), "LogSoftmax": lambda x, axis=-1: numpy.log(softmax(x, axis)),
    "Clip": lambda x, low, high: numpy.clip(x, low, high),
    "Cast": lambda x, to: x.astype(numpy.int64 if to == 7 else numpy.float64),
    "Gather": lambda x, index, axis: numpy.take(x, index, axis),
    "Pad": pad, "Resize": resize, "Concat": lambda *x, axis: numpy.concatenate(x, axis),
    "Sum": lambda *x: sum(x),
    "Gemm": lambda x, w, b=0, transB=0: x @ (w.T if transB else w) + b,
}


def run(model, x):
    values = {each.name: onnx.numpy_helper.to_array(each).astype(numpy.float64) if each.data_type in (1, 11)
              else onnx.numpy_helper.to_array(each) for each in model.graph.initializer}
    values[model.graph.input[0].name] = x.astype(numpy.float64)
    for node in model.graph.node:
        attributes = {each.name: onnx.helper.get_attribute_value(each) for each in node.attribute}
        values[node.output[0]] = OPERATORS[node.op_type](*(values[name] if name else None for name in node.input), **attributes)
    return values[model.graph.output[0].name]


def largest_difference(found, expected):
    assert found.shape == expected.shape, (found.shape, expected.shape)
    return numpy.abs(found - expected).max() / max(1, numpy.abs(expected).max())  # sums of large numbers may be small


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
