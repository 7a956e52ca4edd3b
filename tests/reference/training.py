# SPDX-License-Identifier: MIT
"""Test accuracy that PyTorch reaches with its default initialization and Adam at 1e-3, batch 64, in float32.

Digits are those of examples/data with their split; MNIST (gzipped IDX files under their usual names) comes from the
folder in the environment variable ESPALIER_DATA, and is left out if that is not set. Prints README.md's table.
"""
import gzip
import os
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

DIGITS = Path(__file__).resolve().parents[2] / "examples" / "data"
SEEDS = range(5)


def read_idx(path):
    content = gzip.open(path).read()
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def digits(folder):
    def part(name):
        images = np.load(folder / f"digits-{name}-images.npy")
        return images.reshape(len(images), -1) / 16, np.load(folder / f"digits-{name}-labels.npy")
    return (*part("train"), *part("test"))


def mnist(folder):
    def part(name):
        images = read_idx(folder / f"{name}-images-idx3-ubyte.gz")
        return images.reshape(len(images), -1) / 255, read_idx(folder / f"{name}-labels-idx1-ubyte.gz")
    return (*part("train"), *part("test"))


def dense(inputs, hidden):
    return nn.Sequential(nn.Linear(inputs, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def lenet():
    """As examples/05-lenet.cpp, without dropout."""
    return nn.Sequential(nn.Unflatten(1, (1, 28, 28)), nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2),
                         nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 120), nn.ReLU(),
                         nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def train(data, make, epochs, seed, batch=64):
    torch.manual_seed(seed)
    x, x_test = (torch.tensor(array, dtype=torch.float32) for array in (data[0], data[2]))
    y, y_test = (torch.tensor(array, dtype=torch.int64) for array in (data[1], data[3]))
    model = make()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad()
            F.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    with torch.no_grad():
        return 100 * (model(x_test).argmax(1) == y_test).double().mean().item()


def report(name, data, make, epochs):
    accuracies = [train(data, make, epochs, seed) for seed in SEEDS]
    each = ", ".join(f"{accuracy:.2f}" for accuracy in accuracies)
    print(f"| {name} | {len(data[0])} / {len(data[2])} | {epochs} | {np.mean(accuracies):.2f} | {each} |", flush=True)


if __name__ == "__main__":
    torch.set_num_threads(1)
    print("| network and data | rows: train / test | epochs | mean test accuracy, % | seeds 0 to 4 |\n| --- "
          + "| --- | --- | --- | --- |")
    for epochs in (20, 50, 100):
        report("64-128-10 relu, digits", digits(DIGITS), lambda: dense(64, 128), epochs)
    if "ESPALIER_DATA" in os.environ:
        images = mnist(Path(os.environ["ESPALIER_DATA"]))
        report("784-128-10 relu, MNIST", images, lambda: dense(784, 128), 10)
        for epochs in (8, 15):
            report("LeNet-5 relu, MNIST", images, lenet, epochs)
