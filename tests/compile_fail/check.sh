#!/bin/sh
# SPDX-License-Identifier: MIT
# One file that must not compile: sh check.sh <file> <compiler> <flags …>
# Without WRONG it has to compile; with WRONG it has to give one error, and the compiler has to print every text that
# the file states on a line "// expect: <text>".
set -u
export LC_ALL=C

file=$1
shift
expected=$(sed -n 's|^// expect: *||p' "$file")
[ -n "$expected" ] || { echo "$file states no '// expect:'"; exit 1; }

"$@" -fsyntax-only "$file" || { echo "$file: the right version does not compile"; exit 1; }

if output=$("$@" -DWRONG -fsyntax-only "$file" 2>&1); then
    echo "$file: the wrong version compiles"
    exit 1
fi
# Quoted source lines would let a text match though its assertion was never reached.
said=$(printf '%s\n' "$output" | grep -v '^ *[0-9]* |')
status=0
errors=$(printf '%s\n' "$said" | grep -c 'error:')
[ "$errors" -eq 1 ] || { echo "$file: $errors errors instead of one"; status=1; }
while IFS= read -r text; do
    printf '%s\n' "$said" | grep -qF -e "$text" || { echo "$file: the compiler does not say '$text'"; status=1; }
done <<EXPECTED
$expected
EXPECTED
[ "$status" -eq 0 ] || printf '%s\n' "$output"
exit "$status"
