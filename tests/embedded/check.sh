#!/bin/sh
# SPDX-License-Identifier: MIT
# An embedded program compiles without exceptions and run-time types, and its object needs no heap and no C++ runtime:
#   sh tests/embedded/check.sh source compiler [flags…]
set -eu

source=$1
shift
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
object=$folder/embedded.o
for optimised in -Os -O2; do
    "$@" "$optimised" -fno-exceptions -fno-rtti -Wall -Wextra -Wpedantic -Werror -c "$source" -o "$object"
    # What the linker is asked for: printing, copying, C's square root, and on some processors nothing else.
    needs=$(nm -u "$object" | awk '{ print $2 }' | grep -vxE 'puts|printf|memcpy|memset|memmove|sqrtf|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_' || true)
    if [ -n "$needs" ]; then
        echo "With $optimised the object needs more than it may:" $needs
        exit 1
    fi
    size -A "$object" | awk -v with="$optimised" '
        $1 ~ /^\.text/ { code += $2 }
        $1 ~ /^\.rodata/ { constants += $2 }
        $1 ~ /^\.(data|bss|init_array)/ { writable += $2 }
        END {
            printf "%s: %d bytes of code, %d of constants, %d of writable data\n", with, code, constants, writable
            exit writable != 0
        }'
done
