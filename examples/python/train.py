# SPDX-License-Identifier: MIT
"""Trains the network of digits.cpp from Python: python3 train.py, with the folder of the module in PYTHONPATH."""
import os
import pathlib

import numpy

import digits

data = pathlib.Path(__file__).parent.parent / "data"


def load(part):
    images = numpy.load(data / f"digits-{part}-images.npy") / 16  # pixels are 0 to 16
    return images, numpy.load(data / f"digits-{part}-labels.npy")


images, labels = load("train")
test_images, test_labels = load("test")

network = digits.Network(seed=42)
print(network)
for name, tensor in network.parameters.items():
    print(f"{name:10} {tensor.shape}")

epochs = 10 if "ESPALIER_QUICK" in os.environ else 40
history = network.fit(images, labels, "softmax_cross_entropy", optimizer="adam", learning_rate=3e-3, epochs=epochs)
print(f"training loss {history['training_loss'][0]:.3f} -> {history['training_loss'][-1]:.3f}")

accuracy = (network.predict(test_images).argmax(axis=1) == test_labels).mean()
print(f"accuracy {accuracy:.2%} of {len(test_labels)} digits that it has not seen")

# The parameters are NumPy's to read and to change: there is one copy of them, the network's.
weights = network.parameters["1.weight"]
before = network.predict(test_images[0])
weights *= 2
assert not numpy.array_equal(network.predict(test_images[0]), before)
weights /= 2
assert numpy.array_equal(network.predict(test_images[0]), before)

raise SystemExit(0 if accuracy > 0.94 else 1)
