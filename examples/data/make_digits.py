#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the digits-*.npy files of this folder from scikit-learn's copy of the UCI digits.

The split is scikit-learn's own stratified one with random_state=0, so that others can compare on the same rows;
within each part the images keep the order of the source.
"""
import pathlib

import numpy
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

folder = pathlib.Path(__file__).resolve().parent
source = load_digits()
images = source.images.astype(numpy.uint8)
labels = source.target.astype(numpy.uint8)
assert images.shape == (1797, 8, 8) and images.max() == 16 and (images == source.images).all()

train, test = train_test_split(numpy.arange(len(labels)), test_size=0.2, stratify=labels, random_state=0)
for name, rows in (("train", numpy.sort(train)), ("test", numpy.sort(test))):
    numpy.save(folder / f"digits-{name}-images.npy", images[rows])
    numpy.save(folder / f"digits-{name}-labels.npy", labels[rows])
    print(f"{name}: {len(rows)} images, of each class {numpy.bincount(labels[rows]).tolist()}")
