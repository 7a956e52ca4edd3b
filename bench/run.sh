#!/bin/sh
# SPDX-License-Identifier: MIT
# Measures this library and its peers in one run on one core: sh bench/run.sh [--quick] [--only <regular expression>]
# Installs what is missing, builds, prints a table for each workload, and leaves in build/bench: bench-results.json,
# table.md, chart.svg. The last core is taken unless CORE says which.
set -eu

cd "$(dirname "$0")/.."
build=build/bench

sh .ci/install.sh quickstart picture bench
# A peer that cannot be installed is left out: the build says so, and the run.
for peer in eigen openblas onednn libtorch dlib libxsmm onnxruntime; do
    sh .ci/install.sh "bench-$peer" || echo "Going on without $peer" >&2
done
# ONNX Runtime is in npm's registry only. The scripts of its package would fetch what a GPU needs.
if ! npm install --silent --no-fund --ignore-scripts --prefix "$build/npm" onnxruntime-node@1.30.0 >/dev/null; then
    echo "Going on without onnxruntime, which npm has not installed" >&2
fi

cmake --preset release -B "$build" -DESPALIER_TESTS=OFF -DESPALIER_EXAMPLES=OFF -DESPALIER_BENCH=ON
cmake --build "$build"

core=${CORE:-$(($(nproc --all) - 1))}
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
# Each library chooses its kernels itself, whatever the environment asks of it.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE DNNL_MAX_CPU_ISA LIBXSMM_TARGET ATEN_CPU_CAPABILITY
taskset -c "$core" "$build/bench/bench" "$@"

cd "$build"
mv bench/bench-results.json bench/table.md bench/chart.dat .
# The chart leaves the sweep out: nothing may be left of it.
if grep -qEv '^(sweep|workload)' chart.dat; then
    gnuplot -e "data='chart.dat'; picture='chart.svg'" ../../bench/chart.gp
fi
echo "Results: $build/bench-results.json, $build/table.md, $build/chart.svg"
