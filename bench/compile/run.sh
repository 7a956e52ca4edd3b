#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing and measures how long programs take to compile:
# sh bench/compile/run.sh [--only <regular expression>] [--repeats <n>] …
set -eu

cd "$(dirname "$0")/../.."
sh .ci/install.sh quickstart bench-compile
exec python3 bench/compile/measure.py "$@"
