#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What the public macros expand to is what their documentation says: compare the preprocessor's output with a stored one.
# usage: check.sh LIST BACKEND host|lambda COMPILER [update]     LIST: "include FOLDER" lines, written by CMake
#
# Each .c file here uses one macro behind a line "EXPANSION"; <name>.<backend>.expected holds what follows that line,
# one statement a line. "update" writes the stored files anew: read the difference before you commit it.
set -u
cd "$(dirname "$0")" || exit 1
list=$1 backend=$2 form=$3 compiler=$4 update=${5:-}
flags=(-E -P -fopenmp "-DGR_IMPL_BACKEND_HEADER=<granum/backends/$backend.h>")
case $("$compiler" --version) in *clang*) flags+=(-fopenmp-version=51) ;; esac
case $form in
    host) flags+=(-x c -std=c11) ;;
    lambda) flags+=(-x c++ -std=c++17) ;;
esac
while read -r word folder; do
    [ "$word" = include ] && flags+=(-I "$folder")
done <"$list"

# Compilers differ in blanks and in where they break lines around pragmas, so both are made alike.
expand() {
    "$compiler" "${flags[@]}" "$1" | sed '1,/^ *EXPANSION *$/d' | tr -s ' \n' '  ' |
        sed -E 's/ ?# ?pragma ([^#]*)/\n#pragma \1/g; s/([;{}]) ?/\1\n/g; s/ ?([(),]) ?/\1/g; s/ +$//'
}
failures=0 checked=0
for file in *.c; do
    expected=${file%.c}.$backend.expected
    if [ -n "$update" ]; then
        expand "$file" >"$expected"
        continue
    fi
    [ -f "$expected" ] || continue
    checked=$((checked + 1))
    if ! difference=$(diff -u "$expected" <(expand "$file")); then
        printf '%s expands otherwise than %s says:\n%s\n' "$file" "$expected" "$difference"
        failures=$((failures + 1))
    fi
done
echo "$checked checked, $failures failures"
[ -n "$update" ] || { [ "$checked" -gt 0 ] && [ "$failures" -eq 0 ]; }
