#!/bin/sh
# SPDX-License-Identifier: MIT
# The command itself: what it writes, and that it leaves what was there where a model does not fit.
#   sh tests/import/command.sh path/to/espalier-import
set -eu

import=$1
models=$(cd "$(dirname "$0")/models" && pwd)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"

fail() {
    echo "$*"
    exit 1
}

"$import" "$models/torch_mlp.onnx" -o net.hpp
grep -q 'namespace torch_mlp {' net.hpp && [ -s net.safetensors ] || fail "no header with its weights"
"$import" "$models/torch_mlp.onnx" -o constant.hpp --constants -n small
grep -q 'namespace small {' constant.hpp && [ ! -e constant.safetensors ] || fail "no header with constants"

# refused <what the message ends with> <argument…>
refused() {
    expected=$1
    shift
    cp net.hpp old.hpp
    cp net.safetensors old.safetensors
    ! "$import" "$@" -o net.hpp 2>message || fail "taken: $*"
    grep -q "^espalier-import: .*$expected\$" message || fail "expected '$expected', found: $(cat message)"
    cmp net.hpp old.hpp
    cmp net.safetensors old.safetensors
}
head -c 1000 "$models/torch_mlp.onnx" >cut.onnx
refused "cut.onnx: byte 0: expected an ONNX model, found bytes that are none" cut.onnx
refused "not a name for a namespace: a b" "$models/torch_images.onnx" -n "a b"
refused "none.onnx: .*" none.onnx
