# SPDX-License-Identifier: MIT
# gnuplot -e "data='chart.dat'; picture='chart.svg'" chart.gp: how many times as long as Espalier each peer takes.
set terminal svg size 1100,580 enhanced font 'Helvetica,13' background '#ffffff'
set output picture
set style data histogram
set style histogram clustered gap 1.5
set style fill solid noborder
set boxwidth 1
set border 3 linecolor '#888888'
set tics nomirror textcolor '#444444' scale 0.5
set grid ytics linecolor '#e4e4e4' linetype 1
set logscale y
set yrange [0.25:300]
set ytics (0.25, 0.5, 1, 2, 5, 10, 20, 50, 100, 300)
set ylabel 'time / time of Espalier, median of the turns (log scale)' textcolor '#222222'
set xtics rotate by 35 right noenhanced
set bmargin 12
set lmargin 20
set tmargin 4
set key outside top center horizontal textcolor '#222222' samplen 1.5
set style line 1 linecolor '#222222'
set style line 2 linecolor '#1b6ca8'
set style line 3 linecolor '#d1495b'
set style line 4 linecolor '#2a7f4f'
set style line 5 linecolor '#edae49'
set style line 6 linecolor '#7b5ea7'
set style line 7 linecolor '#8a8a8a'
# The sweep stands in the table: its 20 widths would hide the rest.
rest = "< grep -Ev '^(sweep|workload)' ".data
plot rest using 2:xtic(1) linestyle 1 title 'Espalier', rest using 3 linestyle 2 title 'Eigen', \
     rest using 4 linestyle 3 title 'OpenBLAS', rest using 5 linestyle 4 title 'oneDNN', \
     rest using 6 linestyle 5 title 'LibTorch', rest using 7 linestyle 6 title 'dlib', \
     rest using 8 linestyle 7 title 'ONNX Runtime'
