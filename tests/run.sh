#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds and runs all tests: sh tests/run.sh [preset of CMakePresets.json, "release" unless told]
set -eu

cd "$(dirname "$0")/.."
preset=${1:-release}
sh .ci/install.sh tests "$preset"
# ONNX Runtime runs the models that the tests write. Where it cannot be had, ctest skips that test.
if [ ! -d build/node_modules/onnxruntime-node ] && command -v npm >/dev/null; then
    mkdir -p build
    npm install --prefix build --no-save --no-audit --no-fund --loglevel=error onnxruntime-node@1.14.0 || true
fi
cmake --preset "$preset"
cmake --build --preset "$preset"
ctest --preset "$preset"
