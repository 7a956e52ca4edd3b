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

# refused <what the message ends with> <argument…>: and what stood there stands there still
refused() {
    expected=$1
    shift
    for file in net.hpp net.safetensors; do cp "$file" "old.$file"; done
    ! "$import" "$@" 2>message || fail "taken: $*"
    grep -q "^espalier-import: .*$expected\$" message || fail "expected '$expected', found: $(cat message)"
    for file in net.hpp net.safetensors; do cmp "$file" "old.$file"; done
}
head -c 1000 "$models/torch_mlp.onnx" >cut.onnx
refused "cut.onnx: byte 0: expected an ONNX model, found bytes that are none" cut.onnx -o net.hpp
refused "not a name for a namespace: a b" "$models/torch_images.onnx" -o net.hpp -n "a b"
refused "none.onnx: .*" none.onnx -o net.hpp
"$import" "$models/torch_images.onnx" -o net.hpp
grep -q 'namespace torch_images {' net.hpp || fail "an older import is not written over"
mv net.safetensors import
for foreign in "no safetensors" '\002\000\000\000\000\000\000\000{}'; do
    printf "$foreign" >net.safetensors
    refused "a file that no import wrote would be written over: net.safetensors" "$models/torch_mlp.onnx" -o net.hpp
    "$import" "$models/torch_mlp.onnx" -o net.hpp --constants
done
mv import net.safetensors
refused "the weights would be written over the header: net.safetensors" "$models/torch_mlp.onnx" -o net.safetensors
cp "$models/torch_mlp.onnx" net.safetensors
refused "the model would be written over: net.safetensors" net.safetensors -o net.hpp
refused "the model would be written over: ./net.safetensors" net.safetensors -o ./net.safetensors --constants
