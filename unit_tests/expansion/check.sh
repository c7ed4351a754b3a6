#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What the public macros expand to is what their documentation says: compare the preprocessor's output with a stored one.
# usage: check.sh LIST BACKEND host|lambda COMPILER [update]     LIST: "include FOLDER" lines, written by CMake
#
# Each .c file here uses macros behind a line "EXPANSION"; what follows that line is stored one statement a line, in the
# first of <name>.<backend>.clang.expected (clang only), <name>.<backend>.expected, <name>.<host|lambda>.expected.
# "update" writes the files anew that are there (touch a new one): gcc's first, then clang's where they differ; read the
# difference before you commit it. The host backends share their macros, so serial stores one file, for what differs.
set -u
cd "$(dirname "$0")" || exit 1
list=$1 backend=$2 form=$3 compiler=$4 update=${5:-}
flags=(-E -P -fopenmp "-DGR_IMPL_BACKEND_HEADER=<granum/backends/$backend.h>")
family=gcc
case $("$compiler" --version) in *clang*) flags+=(-fopenmp-version=51) family=clang ;; esac
case $form in
    host) flags+=(-x c -std=c11) ;;
    lambda) flags+=(-x c++ -std=c++17) ;;
esac
while read -r word folder; do
    [ "$word" = include ] && flags+=(-I "$folder")
done <"$list"

# Compilers differ in blanks and in where they break lines, so both are made alike: a pragma or a statement a line.
expand() {
    "$compiler" "${flags[@]}" "$1" | sed '1,/^ *EXPANSION *$/d' | awk '
        /^ *# *pragma/ { sub(/^ *# */, "#"); printf "\n%s\n", $0; next }
        {
            for (k = 1; k <= length($0); k++) {
                c = substr($0, k, 1)
                depth += (c == "(") - (c == ")")
                printf "%s", c
                if (depth == 0 && c ~ /[;{}]/) printf "\n"
            }
            printf " "
        }' | tr -s ' ' | sed -E 's/^ //; s/ ?([(),;*&]) ?/\1/g; s/ $//; /^$/d'
}
stored_for() {
    local candidate candidates=("$1.$backend.expected" "$1.$form.expected")
    [ $family = clang ] && candidates=("$1.$backend.clang.expected" "${candidates[@]}")
    for candidate in "${candidates[@]}"; do
        if [ -f "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
}
failures=0 checked=0
for file in *.c; do
    expected=$(stored_for "${file%.c}")
    [ -n "$expected" ] || continue
    if [ -n "$update" ]; then
        expand "$file" >"$expected"
        continue
    fi
    checked=$((checked + 1))
    if ! difference=$(diff -u "$expected" <(expand "$file")); then
        printf '%s expands otherwise than %s says:\n%s\n' "$file" "$expected" "$difference"
        failures=$((failures + 1))
    fi
done
if [ -z "$update" ]; then
    echo "$checked checked, $failures failures"
    [ "$checked" -gt 0 ] && [ "$failures" -eq 0 ]
fi
