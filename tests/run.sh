#!/bin/sh
# SPDX-License-Identifier: MIT
# Builds and runs all tests: sh tests/run.sh [preset of CMakePresets.json, "release" unless told]
set -eu

cd "$(dirname "$0")/.."
preset=${1:-release}
sh .ci/install.sh tests "$preset"
cmake --preset "$preset"
cmake --build --preset "$preset"
ctest --preset "$preset"
