#!/bin/sh
# SPDX-License-Identifier: MIT
# Feeds every reader with changed files, under AddressSanitizer and UndefinedBehaviorSanitizer:
#   sh tests/fuzz/run.sh [seconds for each, 20 unless told] [reader…]
# A file that breaks one is left in build/fuzz/; what is found beyond the seeds in tests/fuzz/corpus, in build/fuzz/corpus.
set -eu

cd "$(dirname "$0")/../.."
seconds=${1:-20}
[ $# -eq 0 ] || shift
sh .ci/install.sh fuzz
[ $# -gt 0 ] || set -- safetensors checkpoint npy npz csv idx onnx
passed=0
failed=0
for reader; do
    mkdir -p "build/fuzz/corpus/$reader"
    program=build/fuzz/$reader
    libraries=-lz
    [ "$reader" != onnx ] || libraries="-lonnx_proto -lprotobuf"
    clang++-19 -std=c++20 -O1 -g1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
        -Iinclude "tests/fuzz/$reader.cpp" -o "$program" $libraries
    if "$program" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=1024 -max_len=16384 -verbosity=0 \
        -print_final_stats=1 -artifact_prefix="$program-" "build/fuzz/corpus/$reader" "tests/fuzz/corpus/$reader" \
        >"$program.log" 2>&1; then
        passed=$((passed + 1))
        echo "$reader: $(sed -n 's/^stat::number_of_executed_units: *//p' "$program.log") inputs in $seconds s"
    else
        failed=$((failed + 1))
        cat "$program.log"
        echo "$reader: FAILED"
    fi
done
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
