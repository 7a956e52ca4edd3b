#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Fails where what makes compiling slow has grown past its limit: limits.py <compiler> <flags…>

Counted is only what is the same on every machine: which headers the light ones include, the longest symbol of a deep
network, and what clang instantiates for it.
"""

import pathlib
import subprocess
import sys
import tempfile

import measure
import programs

LIGHT_HEADERS = ("topology/words.hpp", "plan/plan.hpp", "plan/describe.hpp", "run/workspace.hpp", "declare.hpp")
HEAVY_HEADERS = ("/xsimd.hpp", "/xcontainer.hpp", "/hana.hpp", "/iostream", "/functional", "/chrono", "/ranges")

# Characters. The second is what g++ takes and 200 more: the name of a network lists its layers, 2,400 characters for 128
# of different widths.
LONGEST_SYMBOLS = {"mlp 128 equal training": 2000, "mlp 128 different training": 3000}
# Measured with clang 19 and a tenth more.
INSTANTIATIONS = {
    "headers: espalier.hpp": 2430,
    "quickstart": 4600,
    "lenet training": 3300,
    "mlp 128 equal training": 4500,
    "mlp 128 equal inference": 4000,
}


def heavy_includes(compiler, flags, header):
    source = programs.ROOT / "include/espalier" / header
    listing = subprocess.run([*compiler, *flags, "-M", "-x", "c++", source], capture_output=True, text=True, check=True)
    return [path for path in listing.stdout.split() if path.endswith(HEAVY_HEADERS)]


def main():
    compiler, flags = [sys.argv[1]], sys.argv[2:]
    failures = []

    def check(what, found, limit):
        print(f"{what}: {found}, at most {limit}")
        if found > limit:
            failures.append(what)

    for header in LIGHT_HEADERS:
        heavy = heavy_includes(compiler, flags, header)
        check(f"long headers included by {header} {heavy}", len(heavy), 0)

    text = dict(programs.programs())
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        code, obj = folder / "program.cpp", folder / "program.o"
        command = [*compiler, *flags, "-O1", '-DESPALIER_EXAMPLES=""', "-c", code, "-o", obj]
        for program, limit in INSTANTIATIONS.items() if "clang" in compiler[0] else ():
            code.write_text(text[program])
            check(f"instantiations of '{program}'", measure.instantiations(command, folder / "trace.json"), limit)
        for program, limit in LONGEST_SYMBOLS.items():
            code.write_text(text[program])
            measure.run(command, folder / "log.txt")
            check(f"longest symbol of '{program}'", measure.longest_symbol(obj), limit)
    sys.exit(f"past the limit: {'; '.join(failures)}" if failures else 0)


main()
