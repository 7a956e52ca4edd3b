# SPDX-License-Identifier: MIT
"""batch_norm in double: training steps, running statistics, gradients, inference:
batch_norm.npy, batch_norm_network.npy and batch_norm_folded.npy (README.md)."""
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent

# Module, shape of one sample, rows of each training step.
CASES = [
    (nn.BatchNorm2d(3), (3, 2, 3), (37, 1, 16)),
    (nn.BatchNorm1d(5, eps=1e-2, momentum=0.3), (5,), (19, 2)),
    (nn.BatchNorm1d(4, affine=False), (4, 5), (35, 3)),
]


def flat(parts):
    return np.concatenate([part.detach().numpy().reshape(-1) for part in parts])


def train(model, normal):
    """Three epochs of SGD over 11 samples in batches of 8 and 3: the parameters and running statistics after each."""
    model.double()
    for parameter in model.parameters():
        parameter.data = normal(*parameter.shape)
    tensors = [*model.parameters(), model[1].running_mean, model[1].running_var]
    x, labels = normal(11, 6), torch.arange(11) * 2 % 3
    parts = [x, *(tensor.clone() for tensor in tensors)]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2)
    for epoch in range(3):
        for first in (0, 8):
            optimizer.zero_grad()
            F.cross_entropy(model(x[first:first + 8]), labels[first:first + 8]).backward()
            optimizer.step()
        parts += [tensor.clone() for tensor in tensors]
    model.eval()
    return [*parts, model(x)]


if __name__ == "__main__":
    generator = np.random.default_rng(62)

    def normal(*shape):
        return torch.tensor(generator.normal(size=shape))

    parts = []
    for module, shape, steps in CASES:
        module.double()
        parameters = list(module.parameters())
        for parameter in parameters:
            parameter.data = normal(*parameter.shape)
        parts += parameters
        for rows in steps:
            x = (2 * normal(rows, *shape) + normal(1, *shape)).requires_grad_()
            y, delta = module(x), normal(rows, *shape)
            gradients = torch.autograd.grad(y, (x, *parameters), delta)
            parts += [x, y, delta, *gradients, module.running_mean.clone(), module.running_var.clone()]
        module.eval()
        x = normal(3, *shape)
        parts += [x, module(x)]
    np.save(HERE / "batch_norm.npy", flat(parts))
    network = nn.Sequential(nn.Linear(6, 5, bias=False), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 3))
    np.save(HERE / "batch_norm_network.npy", flat(train(network, normal)))
    module = nn.Sequential(nn.ConvTranspose2d(4, 6, (3, 2), stride=2, groups=2, bias=False),
                           nn.BatchNorm2d(6, eps=1e-3)).double().eval()
    x = normal(3, 4, 3, 5)
    weight, scale, shift = (normal(*parameter.shape) for parameter in module.parameters())
    mean, variance = normal(6), normal(6).abs() + 0.1
    for tensor, value in zip([*module.parameters(), *module.buffers()], [weight, scale, shift, mean, variance]):
        tensor.data = value
    np.save(HERE / "batch_norm_folded.npy", flat([x, weight, scale, shift, mean, variance, module(x)]))
