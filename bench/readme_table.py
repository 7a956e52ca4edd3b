# SPDX-License-Identifier: MIT
"""The table of README.md from a run's figures: python3 bench/readme_table.py build/bench/bench-results.json"""
import json
import sys

PEERS = ["eigen", "openblas", "onednn", "libtorch", "dlib", "onnxruntime", "libxsmm-products-only"]


def digits(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def ratio(peers, peer, ours):
    if peer not in peers:
        return "–"
    times = peers[peer]["us_min"] / ours
    return f"**{times:.2f}**" if times < 1 and peer != PEERS[-1] else f"{times:.2f}"


print("| workload | µs, min | median | of peak | Eigen | OpenBLAS | oneDNN | LibTorch | dlib | ONNX Runtime | *LIBXSMM, products only* |")
print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
for each in json.load(open(sys.argv[1]))["workloads"]:
    share = "" if each["peak_fraction"] is None else f"{100 * each['peak_fraction']:.0f} %"
    cells = [f"`{each['name']}`", digits(each["us_min"]), digits(each["us_median"]), share]
    cells += [ratio(each["peers"] | each.get("bounds", {}), peer, each["us_min"]) for peer in PEERS]
    print("| " + " | ".join(cells) + " |")
