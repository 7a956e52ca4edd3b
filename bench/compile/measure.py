#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiles each program of programs.py with each compiler, and writes a table and JSON."""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

import programs

COMPILERS = ("g++", "clang++-19")
COLUMNS = ("wall s", "user s", "peak MB", "instantiations", "longest symbol", "text kB")


def run(command, log):
    """Wall seconds, CPU seconds in user mode and peak megabytes of a command and all that it starts."""
    start = time.monotonic()
    with open(log, "w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{pathlib.Path(log).read_text()[:4000]}")
    return time.monotonic() - start, usage.ru_utime, usage.ru_maxrss / 1024


def instantiations(command, trace):
    """Functions and classes that clang instantiates in a compilation."""
    run([*command, "-emit-llvm", "-Xclang", "-disable-llvm-passes", f"-ftime-trace={trace}"], trace.with_suffix(".log"))
    events = json.loads(trace.read_text())["traceEvents"]
    totals = {event["name"]: event["args"]["count"] for event in events if event["name"].startswith("Total ")}
    return totals.get("Total InstantiateFunction", 0) + totals.get("Total InstantiateClass", 0)


def longest_symbol(obj):
    names = subprocess.run(["nm", "-P", obj], capture_output=True, text=True, check=True).stdout.split("\n")
    return max((len(line.split(" ")[0]) for line in names), default=0)


def text_size(obj):
    """Bytes of code and constants."""
    sizes = subprocess.run(["size", "-A", obj], capture_output=True, text=True, check=True).stdout
    return sum(int(size) for size in re.findall(r"^\.(?:text|rodata)\S*\s+(\d+)", sizes, re.M))


def measure(compiler, name, source, folder, flags, repeats):
    stem = folder / f"{re.sub('[^a-z0-9]+', '-', name.lower())}-{compiler.partition('+')[0]}"
    code, obj = stem.with_suffix(".cpp"), stem.with_suffix(".o")
    code.write_text(source)
    command = [compiler, "-std=c++20", *flags, f"-I{programs.ROOT / 'include'}", '-DESPALIER_EXAMPLES=""', "-c", code,
               "-o", obj]
    wall, user, peak = min((run(command, stem.with_suffix(".log")) for _ in range(repeats)), key=lambda each: each[1])
    result = {"program": name, "compiler": compiler, "wall s": round(wall, 2), "user s": round(user, 2),
              "peak MB": round(peak), "longest symbol": longest_symbol(obj), "text kB": round(text_size(obj) / 1024)}
    if "clang" in compiler:
        result["instantiations"] = instantiations(command, stem.with_suffix(".json"))
    return result


def table(results):
    lines = ["| program | compiler | " + " | ".join(COLUMNS) + " |", "|---|---|" + "--:|" * len(COLUMNS)]
    for each in results:
        cells = [str(each.get(column, "–")) for column in COLUMNS]
        lines.append(f"| {each['program']} | {each['compiler']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="programs whose name this regular expression matches")
    parser.add_argument("--compilers", nargs="*", default=COMPILERS)
    parser.add_argument("--flags", default="-O3 -march=native")
    parser.add_argument("--repeats", type=int, default=1, help="compilations of each; the fastest counts")
    parser.add_argument("--folder", type=pathlib.Path, default=programs.ROOT / "build/bench-compile")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    results = []
    for name, source in programs.programs():
        if not re.search(options.only, name):
            continue
        for compiler in options.compilers:
            results.append(measure(compiler, name, source, options.folder, options.flags.split(), options.repeats))
            print(" ", *(f"{key}: {value} " for key, value in results[-1].items()), file=sys.stderr, flush=True)
    (options.folder / "results.json").write_text(json.dumps({"flags": options.flags, "results": results}, indent=1))
    (options.folder / "table.md").write_text(table(results))
    print(table(results))


if __name__ == "__main__":
    main()
