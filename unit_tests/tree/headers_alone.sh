#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Every public header compiles with nothing before it, as C11 and as C++17, without a warning.
# usage: headers_alone.sh LIST CC CXX      LIST: lines "include FOLDER" and "header FILE", written by CMake
# Template headers (*_template.h) are bodies to include with parameters set, so they are left out; so are the parts of GPU
# backends, which want a vendor's header before them (the sim backend's is compiled with them) and, for the others, its compiler.
set -u
list=$1 cc=$2 cxx=$3
flags=(-fsyntax-only -fopenmp -Wall -Wextra -Wconversion -Werror)
case $("$cc" --version) in *clang*) flags+=(-fopenmp-version=51) ;; esac
includes=()
while read -r word folder; do
    [ "$word" = include ] && includes+=(-I "$folder")
done <"$list"

failures=0 headers=0
# The header is included, not compiled itself: only so does the compiler know that its inline functions may stay unused.
check() {
    local name=$1 output
    shift
    if ! output=$("$@" - <<<"#include \"$name\"" 2>&1); then
        printf '%s does not compile alone: %s\n%s\n' "$name" "$*" "$output"
        failures=$((failures + 1))
    fi
}
while read -r word header; do
    [ "$word" = header ] || continue
    case $header in *_template.h | */granum/gpu/* | */granum/cuda/* | */granum/hip/* | */backends/cuda.h | */backends/hip.h) continue ;; esac
    headers=$((headers + 1))
    # A header that C compilers must not see says so itself, behind an #ifndef __cplusplus.
    if ! grep -A 1 '^#ifndef __cplusplus' "$header" | grep -q '^#error'; then
        check "$header" "$cc" -x c -std=c11 -Wc++-compat "${flags[@]}" "${includes[@]}"
    fi
    check "$header" "$cxx" -x c++ -std=c++17 "${flags[@]}" "${includes[@]}"
done <"$list"
echo "$headers headers, $failures failures"
[ "$headers" -gt 0 ] && [ "$failures" -eq 0 ]
