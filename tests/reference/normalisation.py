# SPDX-License-Identifier: MIT
"""Outputs and gradients of layers that normalise, look up and rearrange, in double: normalisation.npy (README.md)."""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent
ROWS = 3


def rms_norm(x, weight, axes, eps):
    return x / torch.sqrt((x * x).mean(axes, keepdim=True) + eps) * weight


# Shape of one sample, shapes of the parameters, function of x and the parameters. The order is that of the file.
CASES = [
    ((6,), [(6,), (6,)], lambda x, w, b: F.layer_norm(x, (6,), w, b)),
    ((3, 2, 5), [(2, 5), (2, 5)], lambda x, w, b: F.layer_norm(x, (2, 5), w, b, 1e-3)),
    ((7,), [], lambda x: F.layer_norm(x, (7,))),
    ((2, 5), [(2, 5)], lambda x, w: rms_norm(x, w, (1, 2), 1e-5)),
    ((2, 5), [(5,)], lambda x, w: rms_norm(x, w, 2, 1e-2)),
    ((4, 3, 2), [(4,), (4,)], lambda x, w, b: F.group_norm(x, 2, w, b)),
    ((3, 5), [(3,), (3,)], lambda x, w, b: F.group_norm(x, 3, w, b)),
    ((6, 2), [], lambda x: F.group_norm(x, 1, eps=1e-3)),
    ((5,), [], lambda x: F.softmax(x, 1)),
    ((2, 3, 4), [], lambda x: F.softmax(x, 2)),
    ((5,), [], lambda x: F.log_softmax(x, 1)),
    ((2, 3, 4), [], lambda x: F.log_softmax(x, 3)),
    ((2, 3, 4), [], lambda x: F.pad(x, (1, 2, 0, 1))),
    ((2, 3, 4), [], lambda x: F.pad(x, (-1, 0, 0, -2))),
    ((2, 3), [], lambda x: F.interpolate(x, scale_factor=2, mode="nearest")),
    ((2, 2, 3), [], lambda x: F.interpolate(x, scale_factor=(2, 3), mode="nearest")),
]


def flat(tensors):
    return [tensor.detach().numpy().reshape(-1) for tensor in tensors]


def run(function, x, parameters, delta_of):
    y = function(x, *parameters)
    delta = delta_of(tuple(y.shape))
    wanted = [tensor for tensor in (x, *parameters) if tensor.requires_grad]
    gradients = torch.autograd.grad(y, wanted, delta)
    return flat([x, *parameters, y, delta, *gradients])


if __name__ == "__main__":
    generator = np.random.default_rng(61)

    def normal(shape):
        return torch.tensor(generator.normal(size=shape))

    parts = []
    for shape, parameter_shapes, function in CASES:
        x = (3 * normal((ROWS, *shape)) + 1).requires_grad_()
        parts += run(function, x, [normal(each).requires_grad_() for each in parameter_shapes], normal)
    indices = torch.tensor(generator.integers(0, 5, size=(ROWS, 4)))
    weight = normal((5, 3)).requires_grad_()
    parts += run(F.embedding, indices, [weight], normal)
    np.save(HERE / "normalisation.npy", np.concatenate(parts))
