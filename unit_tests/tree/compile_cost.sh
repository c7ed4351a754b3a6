#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What granum.h costs the compiler stays small: lines that it reads, and seconds for a file with kernels of every kind.
# The bounds are several times what it is, so that only a change of kind trips them; perf_tests measures (compile.*).
# usage: compile_cost.sh LIST BACKEND host|lambda COMPILER     LIST: "include FOLDER" lines, written by CMake
set -u
cd "$(dirname "$0")" || exit 1
list=$1 backend=$2 form=$3 compiler=$4
flags=("-DGR_IMPL_BACKEND_HEADER=<granum/backends/$backend.h>" -fopenmp -O2)
while read -r word folder; do
    [ "$word" = include ] && flags+=(-I "$folder")
done <"$list"
case $form in
    host) language=(-x c -std=c11) most_lines=5000 ;;
    lambda) language=(-x c++ -std=c++17) most_lines=80000 ;; # the standard library's
esac
case $("$compiler" --version) in *clang*) flags+=(-fopenmp-version=51 -Wno-pass-failed) ;; esac

lines=$(echo '#include <granum/granum.h>' | "$compiler" "${language[@]}" "${flags[@]}" -E -P - | grep -c .)
seconds=$({ TIMEFORMAT=%U && time "$compiler" "${language[@]}" "${flags[@]}" -c -o /dev/null compile_cost.c; } 2>&1)
echo "$lines lines, $seconds s"
[ "$lines" -gt 100 ] && [ "$lines" -le $most_lines ] || { echo "lines = $lines, expected at most $most_lines"; exit 1; }
awk -v s="$seconds" 'BEGIN { exit !(s > 0 && s <= 5) }' || { echo "seconds = $seconds, expected at most 5"; exit 1; }
