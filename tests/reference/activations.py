# SPDX-License-Identifier: MIT
"""Values and derivatives of every activation in double: activations.npy, prelu.npy (layouts: README.md)."""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent

# The order is the first index of activations.npy and of the network_* arrays.
ACTIVATIONS = {
    "identity": lambda z: z * 1.0,
    "relu": F.relu,
    "leaky_relu": lambda z: F.leaky_relu(z, 0.01),
    "elu": F.elu,
    "selu": F.selu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    # PyTorch's default becomes linear above 20, which is off by 2e-9 there.
    "softplus": lambda z: F.softplus(z, threshold=500.0),
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu_tanh": lambda z: F.gelu(z, approximate="tanh"),
    "mish": F.mish,
    # F.hardsigmoid's backward rounds 1/6 to float even in double (3e-8 off in PyTorch 1.13).
    "hard_sigmoid": lambda z: F.relu6(z + 3.0) / 6.0,
    "hard_swish": F.hardswish,
    "leaky_relu_0.2": lambda z: F.leaky_relu(z, 0.2),
    "elu_0.5": lambda z: F.elu(z, 0.5),
}


def points():
    """101 points from -8 to 8 with 0 exactly in the middle, then the large ones."""
    return np.concatenate([(np.arange(101) - 50) * 16 / 100, [-50.0, -20.0, 20.0, 50.0]])


def tabulate(function):
    z = torch.tensor(points(), requires_grad=True)
    f = function(z)
    (derivative,) = torch.autograd.grad(f.sum(), z)
    return np.stack([z.detach().numpy(), f.detach().numpy(), derivative.numpy()])


def tabulate_prelu(slope=0.25):
    z = torch.tensor(points()).reshape(1, -1).requires_grad_()
    # One channel a point, so that the slope's gradient comes out point by point.
    slopes = torch.full((z.shape[1],), slope, dtype=torch.float64, requires_grad=True)
    f = F.prelu(z, slopes)
    by_z, by_slope = torch.autograd.grad(f.sum(), (z, slopes))
    return np.stack([z.detach().numpy()[0], f.detach().numpy()[0], by_z.numpy()[0], by_slope.numpy()])


if __name__ == "__main__":
    np.save(HERE / "activations.npy", np.stack([tabulate(function) for function in ACTIVATIONS.values()]))
    np.save(HERE / "prelu.npy", tabulate_prelu())
