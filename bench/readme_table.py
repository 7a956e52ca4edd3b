# SPDX-License-Identifier: MIT
"""The table of README.md from a run's figures: python3 bench/readme_table.py build/bench/bench-results.json"""
import json
import sys

PEERS = ["eigen", "openblas", "onednn", "libtorch", "dlib", "onnxruntime", "libxsmm-products-only"]


def digits(value):
    return f"{value:.3f}" if value < 10 else f"{value:.1f}" if value < 1000 else f"{value:.0f}"


def ratio(peers, peer):
    if peer not in peers:
        return "–"
    times = peers[peer]["times_ours"]["median"]
    return f"**{times:.2f}**" if times < 1 and peer != PEERS[-1] else f"{times:.2f}"


print("| workload | µs, min | median | of peak | in turn | Eigen | OpenBLAS | oneDNN | LibTorch | dlib | ONNX Runtime | *LIBXSMM, products only* |")
print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
for each in json.load(open(sys.argv[1]))["workloads"]:
    shares = [each["peak_fraction"], each.get("peak_fraction_in_turn")]
    cells = [f"`{each['name']}`", digits(each["us_min"]), digits(each["us_median"])]
    cells += ["" if share is None else f"{100 * share:.0f} %" for share in shares]
    cells += [ratio(each["peers"] | each.get("bounds", {}), peer) for peer in PEERS]
    print("| " + " | ".join(cells) + " |")
