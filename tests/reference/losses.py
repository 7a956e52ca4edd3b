# SPDX-License-Identifier: MIT
"""Values and gradients of every loss in double, reduction 'mean': losses_*.npy (layouts: README.md)."""
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

HERE = Path(__file__).resolve().parent

# Loss -> (function, kind of target). The order is the first index of losses_value.npy and losses_gradient.npy.
LOSSES = {
    "cross_entropy": (F.cross_entropy, "labels"),
    "cross_entropy_smoothed": (lambda p, t: F.cross_entropy(p, t, label_smoothing=0.1), "labels"),
    "cross_entropy_probabilities": (F.cross_entropy, "probabilities"),
    "cross_entropy_probabilities_smoothed": (
        lambda p, t: F.cross_entropy(p, t, label_smoothing=0.1), "probabilities"),
    "binary_cross_entropy": (F.binary_cross_entropy_with_logits, "binary"),
    "mse": (F.mse_loss, "regression"),
    "mae": (F.l1_loss, "regression"),
    "huber": (F.huber_loss, "regression"),
    "huber_0.3": (lambda p, t: F.huber_loss(p, t, delta=0.3), "regression"),
}
STABLE_AT_ANY_SCALE = list(LOSSES)[:5]


def make_targets(generator, rows, outputs):
    probabilities = generator.exponential(size=(rows, outputs))
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    probabilities[0] = np.eye(outputs)[outputs - 1]  # zeros among the probabilities
    binary = generator.integers(0, 2, size=(rows, outputs)).astype(np.float64)
    binary[1] = generator.uniform(size=outputs)  # targets between 0 and 1
    return {
        "labels": generator.permutation(np.arange(rows) % outputs),
        "probabilities": probabilities,
        "binary": binary,
        "regression": generator.normal(0.0, 1.5, size=(rows, outputs)),
    }


def evaluate(names, predictions, targets):
    values, gradients = [], []
    for name in names:
        function, kind = LOSSES[name]
        p = torch.tensor(predictions, requires_grad=True)
        loss = function(p, torch.tensor(targets[kind]))
        (gradient,) = torch.autograd.grad(loss, p)
        values.append(loss.item())
        gradients.append(gradient.numpy())
    return np.array(values), np.stack(gradients)


if __name__ == "__main__":
    generator = np.random.default_rng(20)
    predictions = generator.normal(0.0, 2.0, size=(7, 5))
    targets = make_targets(generator, 7, 5)
    huge = generator.choice([-1e3, 0.0, 1e3], size=(7, 5))
    huge[0], huge[1] = 1e3, -1e3  # a constant row has the uniform softmax
    huge[2] = [1e3, 1e3 - 1, 1e3 - 2, -1e3, 0.0]

    np.save(HERE / "losses_predictions.npy", predictions)
    np.save(HERE / "losses_huge_predictions.npy", huge)
    for kind, array in targets.items():
        np.save(HERE / f"losses_{kind}.npy", array)
    for prefix, names, p in (("losses", LOSSES, predictions), ("losses_huge", STABLE_AT_ANY_SCALE, huge)):
        value, gradient = evaluate(names, p, targets)
        np.save(HERE / f"{prefix}_value.npy", value)
        np.save(HERE / f"{prefix}_gradient.npy", gradient)
