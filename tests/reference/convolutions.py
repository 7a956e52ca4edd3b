# SPDX-License-Identifier: MIT
"""Convolutions and pools with their gradients, in double: images/<case>.npy (layout: README.md)."""
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = pathlib.Path(__file__).parent
ROWS = 5
WINOGRAD_ROWS = 2


class Same(nn.Module):
    """Pads behind by one more where the number of zeros is odd; strides as ONNX's SAME_UPPER."""

    def __init__(self, inner, kernel, stride):
        super().__init__()
        self.inner, self.kernel, self.stride = inner, kernel, stride

    def forward(self, x):
        pad = []
        for size, kernel, stride in reversed(list(zip(x.shape[2:], self.kernel, self.stride))):
            missing = max((-(-size // stride) - 1) * stride + kernel - size, 0)
            pad += [missing // 2, missing - missing // 2]
        return self.inner(F.pad(x, pad))


class Pad(nn.Module):
    def __init__(self, pad, inner):
        super().__init__()
        self.pad, self.inner = pad, inner

    def forward(self, x):
        return self.inner(F.pad(x, self.pad))


def between_few_channels(convolution):
    """Few channels outside keep the file small; within are as many as Winograd's algorithm takes."""
    return nn.Sequential(nn.Conv2d(2, convolution.in_channels, 1), convolution,
                         nn.Conv2d(convolution.out_channels, 2, 1))


def behind_slope(pool):
    """A pool learns nothing: a learned slope before it gives it gradients to pass on."""
    return nn.Sequential(nn.PReLU(), pool)


CASES = {
    "conv2d_odd": ((3, 7, 9), nn.Conv2d(3, 5, (3, 2))),
    "conv2d_options": ((2, 11, 8), nn.Conv2d(2, 3, 3, stride=(2, 1), padding=(3, 1), dilation=(2, 3))),
    "conv2d_groups": ((4, 5, 6), nn.Conv2d(4, 6, 3, padding=1, groups=2, bias=False)),
    "conv2d_same": ((2, 5, 7), Same(nn.Conv2d(2, 3, (4, 2), stride=(1, 2)), (4, 2), (1, 2))),
    "conv2d_asymmetric": ((2, 4, 5), Pad((1, 3, 0, 2), nn.Conv2d(2, 3, 3))),
    "conv2d_depthwise": ((3, 6, 5), nn.Conv2d(3, 3, 3, padding="same", groups=3)),
    "conv1d_options": ((3, 17), nn.Conv1d(3, 4, 5, stride=2, padding=2, dilation=2)),
    "conv1d_causal": ((3, 9), Pad((6, 0), nn.Conv1d(3, 3, 4, dilation=2, groups=3))),
    "transpose2d": ((3, 4, 5), nn.ConvTranspose2d(3, 4, (3, 2))),
    "transpose2d_options": ((2, 3, 5), nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 3), padding=(1, 0),
                                                          output_padding=(1, 2), dilation=(2, 1))),
    "transpose1d_groups": ((4, 7), nn.ConvTranspose1d(4, 6, 4, stride=2, padding=1, groups=2, bias=False)),
    "max_pool_odd": ((2, 7, 5), behind_slope(nn.MaxPool2d(2))),
    "max_pool_overlapping": ((2, 7, 9), behind_slope(nn.MaxPool2d(3, stride=2, padding=1))),
    "max_pool_signal": ((2, 11), behind_slope(nn.MaxPool1d(3, stride=2))),
    "average_pool": ((2, 7, 6), behind_slope(nn.AvgPool2d((3, 2), stride=(2, 1), padding=1))),
    "average_pool_inside": ((2, 7, 6), behind_slope(nn.AvgPool2d(3, stride=2, padding=1,
                                                                     count_include_pad=False))),
    "average_pool_adaptive": ((2, 4, 9), behind_slope(nn.AdaptiveAvgPool2d((2, 3)))),
    "average_pool_global": ((2, 4, 9), behind_slope(nn.AdaptiveAvgPool2d(1))),
    "conv1d_groups": ((6, 13), nn.Conv1d(6, 4, 5, stride=2, padding=3, groups=2)),
    "conv1d_strided": ((3, 13), nn.Conv1d(3, 3, 3, stride=3, padding=1, dilation=2, groups=3, bias=False)),
    "conv2d_depthwise_options": ((3, 9, 7), nn.Conv2d(3, 3, (3, 2), stride=(2, 1), padding=(2, 1), dilation=(2, 3),
                                                      groups=3)),
    "transpose1d_dilated": ((3, 7), nn.ConvTranspose1d(3, 5, 3, stride=2, padding=1, output_padding=1, dilation=3)),
    "transpose2d_depthwise": ((3, 5, 3), nn.ConvTranspose2d(3, 3, (2, 3), stride=(1, 2), groups=3)),
    "max_pool_rectangle": ((2, 7, 9), behind_slope(nn.MaxPool2d((3, 4), stride=(2, 3), padding=(1, 2)))),
    "average_pool_signal": ((3, 13), behind_slope(nn.AvgPool1d(4, stride=3, padding=2))),
    "average_pool_signal_inside": ((3, 11), behind_slope(nn.AvgPool1d(3, stride=2, padding=1,
                                                                      count_include_pad=False))),
    "conv2d_winograd": ((2, 9, 19), between_few_channels(nn.Conv2d(17, 24, 3, padding=1))),
    "transpose2d_winograd": ((2, 9, 19), between_few_channels(nn.ConvTranspose2d(17, 24, 3, padding=1))),
}


def main():
    (HERE / "images").mkdir(exist_ok=True)
    for seed, (name, (shape, module)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        module = module.double()
        rows = WINOGRAD_ROWS if name.endswith("_winograd") else ROWS
        x = torch.randn(rows, *shape, dtype=torch.double, requires_grad=True)
        for parameter in module.parameters():
            parameter.data = 0.5 * torch.randn_like(parameter)
        y = module(x)
        target = torch.randn_like(y)
        loss = F.mse_loss(y, target)
        loss.backward()
        parameters = list(module.parameters())
        parts = [x, target, *parameters, y, loss, *(p.grad for p in parameters), x.grad]
        np.save(HERE / "images" / f"{name}.npy",
                np.concatenate([part.detach().numpy().reshape(-1) for part in parts]))


if __name__ == "__main__":
    main()
