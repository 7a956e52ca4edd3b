#!/bin/sh
# SPDX-License-Identifier: MIT
# From a clone to a trained network: installs what is missing, builds for this processor, trains on the digits of
# examples/data and draws the loss curve.
set -eu

cd "$(dirname "$0")/.."
build=build/quickstart
history=$build/loss.csv
picture=$build/loss.svg

sh .ci/install.sh quickstart
command -v gnuplot >/dev/null || sh .ci/install.sh picture || true

mkdir -p "$build"
quietly() {
    "$@" >"$build/log.txt" 2>&1 || { cat "$build/log.txt" >&2; exit 1; }
}
echo "Building for this processor"
quietly cmake --preset release -B "$build" -DESPALIER_TESTS=OFF
quietly cmake --build "$build" --target quickstart

"$build/examples/quickstart" examples/data "$history"

if ! command -v gnuplot >/dev/null; then
    echo "No picture of the loss curve: gnuplot is not installed."
    exit 0
fi
gnuplot - <<PLOT
set terminal svg size 760,560 enhanced font 'Helvetica,13' background '#ffffff'
set output '$picture'
set datafile separator ','
set multiplot layout 2,1
set border 3 linecolor '#888888'
set tics nomirror textcolor '#444444' scale 0.5
set grid ytics linecolor '#e4e4e4' linetype 1
set lmargin 10
set rmargin 3
set key top right textcolor '#222222' samplen 2
set style line 1 linecolor '#1b6ca8' linewidth 2
set style line 2 linecolor '#d1495b' linewidth 2
set style line 3 linecolor '#2a7f4f' linewidth 2

set logscale y
set format y '%g'
set ylabel 'loss (log scale)' textcolor '#222222'
plot '$history' every ::1 using 1:2 with lines linestyle 1 title 'training', \
     '' every ::1 using 1:3 with lines linestyle 2 title 'validation'

unset logscale
set xlabel 'epoch' textcolor '#222222'
set ylabel 'validation accuracy in %' textcolor '#222222'
plot '$history' every ::1 using 1:(100 * \$4) with lines linestyle 3 notitle
PLOT
echo "Loss curve: $picture"
