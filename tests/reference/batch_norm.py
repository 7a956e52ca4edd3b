# SPDX-License-Identifier: MIT
"""batch_norm in double: training steps, running statistics, gradients, inference: batch_norm.npy (README.md)."""
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

HERE = Path(__file__).resolve().parent

# Module, shape of one sample, rows of each training step.
CASES = [
    (nn.BatchNorm2d(3), (3, 2, 3), (37, 1, 16)),
    (nn.BatchNorm1d(5, eps=1e-2, momentum=0.3), (5,), (19, 2)),
    (nn.BatchNorm1d(4, affine=False), (4, 5), (35, 3)),
]

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
    np.save(HERE / "batch_norm.npy", np.concatenate([part.detach().numpy().reshape(-1) for part in parts]))
