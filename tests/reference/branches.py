# SPDX-License-Identifier: MIT
"""A small branched network in double: branches_*.npy; the layers are those of tests/run/branches.cpp."""
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
ROWS = 11
# Weights and biases in the order of the layers as they are written.
SHAPES = [(6, 5), (6, 6), (6, 6), (4, 6), (4, 6), (3, 4), (7, 7), (2, 7)]


def network(p, x):
    """input<5> >> dense<6> >> tanh >> residual(dense<6> >> silu >> dense<6>) >> silu
    >> residual(dense<4> >> sigmoid, dense<4>) >> tanh >> concat(identity, dense<3> >> softplus)
    >> multiply(identity, dense<7> >> sigmoid) >> dense<2>"""
    def linear(i, a):
        return F.linear(a, p[2 * i], p[2 * i + 1])

    a = torch.tanh(linear(0, x))
    a = F.silu(a + linear(2, F.silu(linear(1, a))))
    a = torch.tanh(torch.sigmoid(linear(3, a)) + linear(4, a))
    a = torch.cat([a, F.softplus(linear(5, a))], dim=1)
    a = a * torch.sigmoid(linear(6, a))
    return linear(7, a)


if __name__ == "__main__":
    generator = np.random.default_rng(7)
    arrays = []
    for rows, columns in SHAPES:
        arrays += [generator.normal(0, 1 / np.sqrt(columns), size=(rows, columns)), generator.normal(0, 0.5, size=rows)]
    x, y = generator.normal(size=(ROWS, 5)), generator.normal(size=(ROWS, 2))
    p = [torch.tensor(array, requires_grad=True) for array in arrays]
    inputs = torch.tensor(x, requires_grad=True)
    predictions = network(p, inputs)
    loss = F.mse_loss(predictions, torch.tensor(y))
    *gradient, x_gradient = torch.autograd.grad(loss, [*p, inputs])
    flat = lambda list_of: np.concatenate([np.asarray(each).reshape(-1) for each in list_of])  # noqa: E731
    results = {"parameters": flat(arrays), "x": x, "y": y, "predictions": predictions.detach().numpy(),
               "loss": np.array([loss.item()]), "gradient": flat(gradient), "x_gradient": x_gradient.numpy()}
    for name, array in results.items():
        np.save(HERE / f"branches_{name}.npy", array)
