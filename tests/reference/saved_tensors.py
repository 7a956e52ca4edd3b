# SPDX-License-Identifier: MIT
"""Bytes that PyTorch keeps between forward and backward of one float32 training step: saved_tensors.csv.

Every storage counts once, and parameters not at all, since they exist anyway. A storage that both a layer and the loss
save counts as the layer's.
"""
import csv
import sys

import torch
import torch.nn.functional as F
from torch import nn

sys.dont_write_bytecode = True
from activations import ACTIVATIONS, HERE  # noqa: E402

MEASURED = {**ACTIVATIONS, "hard_sigmoid": F.hardsigmoid}  # the reference values use a composition instead


class Elementwise(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, z):
        return self.function(z)


def network(widths, activation, dropout=None):
    layers = []
    for position, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        if position:
            layers.append(Elementwise(MEASURED[activation]))
            layers += [] if dropout is None else [nn.Dropout(dropout)]
        layers.append(nn.Linear(inputs, outputs))
    return nn.Sequential(*layers)


def total(entries):
    return sum(size for size, _ in entries.values())


def shapes(entries):
    return " ".join("x".join(map(str, shape)) or "scalar" for _, shape in entries.values())


def measure(model, x, target, loss):
    saved = {"network": {}, "loss": {}}
    alive = []  # a freed storage could lend its address to the next one

    def recorder(phase):
        def pack(tensor):
            alive.append(tensor)
            saved[phase].setdefault(tensor.storage().data_ptr(), (tensor.storage().nbytes(), tuple(tensor.shape)))
            return tensor
        return torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor)

    with recorder("network"):
        predictions = model(x)
    with recorder("loss"):
        value = loss(predictions, target)
    value.backward()

    excluded = {parameter.storage().data_ptr() for parameter in model.parameters()} | {x.storage().data_ptr()}
    hidden = {key: entry for key, entry in saved["network"].items() if key not in excluded}
    by_loss = {key: entry for key, entry in saved["loss"].items() if key not in excluded and key not in hidden}
    return {
        "bytes_without_input": total(hidden) + total(by_loss),
        "bytes_of_input": saved["network"].get(x.storage().data_ptr(), (0, ()))[0],
        "bytes_hidden_only": total(hidden),
        "bytes_of_loss": total(by_loss),
        "bytes_of_target": by_loss.get(target.storage().data_ptr(), (0, ()))[0],
        "hidden_shapes": shapes(hidden),
        "loss_shapes": shapes(by_loss),
    }


DEEP_ACTIVATIONS = ("tanh", "relu", "leaky_relu", "elu", "selu", "sigmoid", "softplus", "silu", "gelu", "gelu_tanh",
                    "mish", "hard_sigmoid", "hard_swish")
CASES = [
    ((64, 128, 10), "relu", None, 64, "cross_entropy"),
    ((784, 128, 10), "relu", None, 64, "cross_entropy"),
    ((784, 512, 256, 10), "relu", None, 128, "cross_entropy"),
    ((784, 512, 256, 10), "relu", 0.5, 128, "cross_entropy"),
    ((4, 32, 32, 1), "tanh", None, 64, "mse"),
    *(((64, 64, 64, 64, 4), activation, None, 256, "cross_entropy") for activation in DEEP_ACTIVATIONS),
]

if __name__ == "__main__":
    torch.manual_seed(0)
    rows = []
    for widths, activation, dropout, batch, loss in CASES:
        if loss == "mse":
            function, target = F.mse_loss, torch.randn(batch, widths[-1])
        else:
            function, target = F.cross_entropy, torch.randint(widths[-1], (batch,))
        name = "-".join(map(str, widths)) + f" {activation}" + (f" dropout({dropout})" if dropout else "") + f" {loss}"
        model = network(widths, activation, dropout)
        rows.append({"name": name, "batch": batch, **measure(model, torch.randn(batch, widths[0]), target, function)})
    with open(HERE / "saved_tensors.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
