#!/bin/sh
# SPDX-License-Identifier: MIT
# Installs what is missing of .ci/packages: sh .ci/install.sh quickstart|picture|tests|clang|ci …
set -eu

list=$(dirname "$0")/packages
missing=
for need; do
    for package in $(sed 's/#.*//' "$list" | awk -v need="$need" '{ for (i = 2; i <= NF; ++i) if ($i == need) print $1 }'); do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
    done
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null; then
    echo "This system has no apt-get. Going on; what Debian calls$missing must be there already." >&2
    exit 0
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif command -v sudo >/dev/null; then
    as_root=sudo
else
    echo "Missing packages, and neither root nor sudo to install them. Ask an administrator for: apt-get install$missing" >&2
    exit 1
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1
}

echo "Installing$missing"
# The package index of a fresh machine is empty, that of an old one stale: both show only when the installation fails.
apt install --no-install-recommends $missing || { apt update && apt install --no-install-recommends $missing; } || {
    cat "$log" >&2
    echo "Could not install$missing" >&2
    exit 1
}
