#!/bin/sh
# SPDX-License-Identifier: MIT
# Feeds every reader with changed files, under AddressSanitizer and UndefinedBehaviorSanitizer:
#   sh tests/fuzz/run.sh [seconds for each, 20 unless told] [reader…]
# A file that breaks one is left in build/fuzz/; what is found beyond the seeds in tests/fuzz/corpus, in build/fuzz/corpus.
set -eu

cd "$(dirname "$0")/../.."
seconds=${1:-20}
[ $# -eq 0 ] || shift
sh .ci/install.sh tests fuzz
[ $# -gt 0 ] || set -- safetensors checkpoint npy npz csv idx onnx
export seconds
printf '%s\0' "$@" | xargs -0 -n 1 -P "$(nproc)" sh -euc '
    mkdir -p "build/fuzz/corpus/$1"
    program=build/fuzz/$1
    libraries=-lz
    [ "$1" != onnx ] || libraries="-lonnx_proto -lprotobuf"
    clang++-19 -std=c++20 -O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined \
        -fno-sanitize-recover=all -Iinclude "tests/fuzz/$1.cpp" -o "$program" $libraries
    if "$program" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -max_len=16384 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix="$program-" "build/fuzz/corpus/$1" "tests/fuzz/corpus/$1" \
        >"$program.log" 2>&1; then
        echo "$1: $(sed -n "s/^stat::number_of_executed_units: *//p" "$program.log") inputs in $seconds s"
    else
        cat "$program.log"
        echo "$1: FAILED"
        exit 1
    fi' reader
