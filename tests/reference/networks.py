# SPDX-License-Identifier: MIT
"""Loss and gradients of 12-7-5-3 for each activation and loss in double: network*.npy (layouts: README.md)."""
import sys

import numpy as np
import torch
import torch.nn.functional as F

sys.dont_write_bytecode = True
from activations import ACTIVATIONS, HERE  # noqa: E402
from losses import LOSSES, make_targets  # noqa: E402

ROWS, WIDTHS = 9, (12, 7, 5, 3)
NETWORK_LOSSES = ("cross_entropy", "cross_entropy_smoothed", "cross_entropy_probabilities", "binary_cross_entropy",
                  "mse", "mae", "huber")
KINKS = {"relu": (0,), "leaky_relu": (0,), "leaky_relu_0.2": (0,), "elu_0.5": (0,), "selu": (0,),
         "hard_sigmoid": (-3, 3), "hard_swish": (-3, 3), "prelu": (0,)}
MARGIN = 2e-3  # finite differences and float rounding stay on one side of every kink


class Chain:
    """Linear, f, Linear, f, Linear over a list of tensors in the order of the flat layout."""

    def __init__(self, name, biased):
        self.name, self.biased = name, biased

    def tensors(self, weights, biases):
        result = []
        for layer, (weight, bias) in enumerate(zip(weights, biases)):
            result += [weight, bias] if self.biased else [weight]
            if self.name == "prelu" and layer < 2:
                result.append(np.array([0.25]))
        return result

    def __call__(self, tensors, x, preactivations=None):
        remaining, a = iter(tensors), x
        for layer in range(3):
            z = F.linear(a, next(remaining), next(remaining) if self.biased else None)
            if layer == 2:
                return z
            if preactivations is not None:
                preactivations.append(z.detach().numpy())
            a = F.prelu(z, next(remaining)) if self.name == "prelu" else ACTIVATIONS[self.name](z)


CHAINS = {
    "network": [Chain(name, True) for name in ACTIVATIONS],
    "network_unbiased": [Chain(name, False) for name in ACTIVATIONS],
    "network_prelu": [Chain("prelu", True)],
}


def flat(arrays):
    return np.concatenate([np.asarray(array).reshape(-1) for array in arrays])


def make_case(seed):
    generator = np.random.default_rng(seed)
    shapes = list(zip(WIDTHS[1:], WIDTHS[:-1]))
    # The first layer is wide enough to saturate, the others keep the gradients near 1.
    weights = [generator.normal(0.0, scale / np.sqrt(columns), size=(rows, columns))
               for scale, (rows, columns) in zip((2.2, 1.1, 1.1), shapes)]
    biases = [generator.normal(0.0, 0.5, size=rows) for rows, _ in shapes]
    return weights, biases, generator.normal(size=(ROWS, WIDTHS[0])), make_targets(generator, ROWS, WIDTHS[-1])


def distance_to_kinks(weights, biases, x, targets):
    nearest = np.inf
    for chain in sum(CHAINS.values(), []):
        preactivations = []
        tensors = [torch.tensor(array) for array in chain.tensors(weights, biases)]
        residual = np.abs(chain(tensors, torch.tensor(x), preactivations).numpy() - targets["regression"])
        nearest = min(nearest, residual.min(), np.abs(residual - 1.0).min())
        for kink in KINKS.get(chain.name, ()):
            nearest = min(nearest, np.abs(flat(preactivations) - kink).min())
    return nearest


def evaluate(chain, loss_name, arrays, x, targets):
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    inputs = torch.tensor(x, requires_grad=True)
    function, kind = LOSSES[loss_name]
    predictions = chain(tensors, inputs)
    loss = function(predictions, torch.tensor(targets[kind]))
    *gradient, x_gradient = torch.autograd.grad(loss, [*tensors, inputs])
    return predictions.detach().numpy(), loss.item(), flat(gradient), x_gradient.numpy()


if __name__ == "__main__":
    case = next(case for case in map(make_case, range(10000)) if distance_to_kinks(*case) > MARGIN)
    weights, biases, x, targets = case
    np.save(HERE / "network_x.npy", x)
    for kind, array in targets.items():
        np.save(HERE / f"network_{kind}.npy", array)
    for prefix, chains in CHAINS.items():
        np.save(HERE / f"{prefix}_parameters.npy", flat(chains[0].tensors(weights, biases)))
        results = [[evaluate(chain, loss, chain.tensors(weights, biases), x, targets) for loss in NETWORK_LOSSES]
                   for chain in chains]
        arrays = {
            "predictions": np.array([row[0][0] for row in results]),
            "loss": np.array([[cell[1] for cell in row] for row in results]),
            "gradient": np.array([[cell[2] for cell in row] for row in results]),
            "x_gradient": np.array([[cell[3] for cell in row] for row in results]),
        }
        for name, array in arrays.items():
            # The prelu variant is one network: it has no activation index.
            np.save(HERE / f"{prefix}_{name}.npy", array[0] if prefix == "network_prelu" else array)
