# SPDX-License-Identifier: MIT
"""Bytes that PyTorch keeps between forward and backward of one float32 training step: saved_tensors.csv.

Every storage counts once, and parameters and running statistics not at all, since they exist anyway. A storage that
both a layer and the loss save counts as the layer's.
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


def lenet():
    return nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def normalised(convolution):
    norm = nn.BatchNorm1d if isinstance(convolution, nn.Conv1d) else nn.BatchNorm2d
    return [convolution, norm(convolution.out_channels)]


def convolution(inputs, outputs, kernel, **options):
    return normalised(nn.Conv2d(inputs, outputs, kernel, bias=False, **options))


class Residual(nn.Module):
    def __init__(self, block, projection=()):
        super().__init__()
        self.block, self.projection = nn.Sequential(*block), nn.Sequential(*projection)

    def forward(self, x):
        return self.block(x) + self.projection(x)


class Concat(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*branch) for branch in branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class Gate(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, x):
        return x * self.layers(x)


def residual():
    """examples/06-residual.cpp"""
    return nn.Sequential(
        *convolution(1, 16, 3, padding=1), nn.ReLU(),
        Residual([*convolution(16, 16, 3, padding=1), nn.ReLU(), *convolution(16, 16, 3, padding=1)]), nn.ReLU(),
        Residual([*convolution(16, 32, 3, padding=1, stride=2), nn.ReLU(), *convolution(32, 32, 3, padding=1)],
                 convolution(16, 32, 1, stride=2)), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def separable(inputs, outputs):
    return [*normalised(nn.Conv1d(inputs, inputs, 7, padding=3, groups=inputs, bias=False)), nn.ReLU(),
            *normalised(nn.Conv1d(inputs, outputs, 1, bias=False)), nn.ReLU()]


def signals():
    """examples/07-waveforms.cpp"""
    return nn.Sequential(*normalised(nn.Conv1d(1, 8, 7, padding=3, bias=False)), nn.ReLU(), *separable(8, 16),
                         nn.MaxPool1d(2), *separable(16, 24), nn.MaxPool1d(2), *separable(24, 32),
                         nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(32, 4))


def branches():
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.Tanh(),
        Concat([nn.Conv2d(8, 8, 1), nn.SiLU()], [nn.MaxPool2d(3, stride=1, padding=1), nn.Conv2d(8, 8, 1)], []),
        Gate(nn.Conv2d(24, 24, 3, padding=1, groups=24), nn.Sigmoid()), nn.AvgPool2d(2), nn.Flatten(),
        nn.Linear(24 * 8 * 8, 10))


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

    owned = [*model.parameters(), *model.buffers(), x]
    excluded = {tensor.storage().data_ptr() for tensor in owned}
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

IMAGES = [("lenet5", lenet, 32, (1, 28, 28)), ("lenet5", lenet, 128, (1, 28, 28)),
          ("residual", residual, 64, (1, 8, 8)), ("signals", signals, 64, (1, 96)),
          ("branches", branches, 64, (3, 16, 16))]

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
    for name, model, batch, shape in IMAGES:
        measured = measure(model(), torch.randn(batch, *shape), torch.randint(4, (batch,)), F.cross_entropy)
        rows.append({"name": f"{name} cross_entropy", "batch": batch, **measured})
    with open(HERE / "saved_tensors.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
