#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the .npy files of this folder with NumPy: element k in C order is 7k - 3 (k without a sign, k odd as bool)."""
import pathlib

import numpy
from numpy.lib import format as npy

folder = pathlib.Path(__file__).resolve().parent
k = numpy.arange(6).reshape(2, 3)
for name in ("b1", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"):
    values = k % 2 if name[0] == "b" else k if name[0] == "u" else 7 * k - 3
    numpy.save(folder / f"{name}.npy", values.astype(name))

cube = (7 * numpy.arange(24) - 3).reshape(2, 3, 4).astype("f4")
numpy.save(folder / "fortran.npy", numpy.asfortranarray(cube))
numpy.save(folder / "scalar.npy", numpy.float64(-3))
numpy.save(folder / "empty.npy", numpy.zeros((0, 3), "f4"))
for version in ((2, 0), (3, 0)):
    with open(folder / f"format{version[0]}.npy", "wb") as file:
        npy.write_array(file, cube, version=version)
