# SPDX-License-Identifier: MIT
"""Models as PyTorch exports them, with inputs and the outputs that PyTorch computes: python3 make_models.py

Written with PyTorch 1.13 (Debian's python3-torch); the exporter of that version needs no other package."""
import pathlib

import numpy
import torch
from torch import nn

folder = pathlib.Path(__file__).parent


class Residual(nn.Module):
    def __init__(self, block, projection=None):
        super().__init__()
        self.block, self.projection = block, projection or nn.Identity()

    def forward(self, x):
        return self.projection(x) + self.block(x)


class Concat(nn.Module):
    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], dim=1)


class Gate(nn.Module):
    """A channel's share of itself: squeeze and excitation on flat features."""

    def __init__(self, features):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(features, 3), nn.ReLU(), nn.Linear(3, features), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x)


class View(nn.Module):
    """Computes its shape of x's."""

    def __init__(self, *extents):
        super().__init__()
        self.extents = extents

    def forward(self, x):
        return x.view(x.size(0), *self.extents)


class Unsqueeze(nn.Module):
    def forward(self, x):
        return x.unsqueeze(1)


def write(name, model, *shape, opset=13, largest_index=None, **options):
    torch.manual_seed(1)
    for parameter in model.parameters():
        parameter.data = torch.randn_like(parameter) * parameter.numel() ** -0.3
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
    model.eval()
    x = torch.randn(5, *shape) if largest_index is None else torch.randint(largest_index + 1, (5, *shape))
    with torch.no_grad():
        y = model(x)
    torch.onnx.export(model, x[:1], folder / f"{name}.onnx", input_names=["x"], output_names=["y"],
                      opset_version=opset, **options)
    numpy.save(folder / f"{name}.input.npy", x.flatten(1).float().numpy())
    numpy.save(folder / f"{name}.output.npy", y.flatten(1).numpy())


batch = {"dynamic_axes": {"x": {0: "n"}, "y": {0: "n"}}}
write("torch_mlp", nn.Sequential(nn.Flatten(), nn.Linear(24, 9), nn.GELU(), nn.Linear(9, 8), nn.SiLU(), nn.Dropout(0.2),
                                 nn.Linear(8, 7, bias=False), nn.PReLU(), nn.Linear(7, 6), nn.LayerNorm(6), nn.Mish(),
                                 nn.Linear(6, 5), nn.Hardtanh(-1, 2), nn.Linear(5, 4), nn.Softmax(1)), 4, 6, **batch)
write("torch_images", nn.Sequential(nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4), nn.ReLU(),
                                    nn.MaxPool2d(2), nn.Conv2d(4, 4, (3, 1), stride=(2, 1), padding=(1, 0), groups=4),
                                    nn.Hardswish(), nn.ConvTranspose2d(4, 3, 3, stride=2, output_padding=1),
                                    nn.AvgPool2d(3, stride=2, padding=1), nn.BatchNorm2d(3), nn.LeakyReLU(0.2),
                                    nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(3, 4)), 2, 8, 9)
write("torch_signals", nn.Sequential(nn.Conv1d(2, 4, 3, dilation=2), nn.ELU(0.5), nn.MaxPool1d(3, stride=1, padding=1),
                                     nn.Upsample(scale_factor=2), nn.Softplus(),
                                     nn.Flatten(), nn.Linear(64, 3), nn.LogSoftmax(1)), 2, 12, opset=11, **batch)
write("torch_branches", nn.Sequential(nn.Linear(6, 8), nn.ReLU(),
                                      Residual(nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8))), nn.ReLU(),
                                      Concat(nn.Linear(8, 3), nn.Identity(), nn.Sequential(nn.Linear(8, 2), nn.Tanh())),
                                      Residual(nn.Sequential(nn.Linear(13, 5), Gate(5)), nn.Linear(13, 5)),
                                      Gate(5)), 6, **batch)
write("torch_tables", nn.Sequential(nn.Embedding(7, 4), View(-1), nn.Linear(12, 8), Unsqueeze(), nn.Conv1d(1, 6, 3),
                                    nn.GroupNorm(3, 6), nn.ReLU(), nn.InstanceNorm1d(6, affine=True),
                                    nn.GroupNorm(1, 6, affine=False), View(2, -1), nn.LayerNorm(18), View(36),
                                    nn.Linear(36, 3)), 3, largest_index=6, **batch)
