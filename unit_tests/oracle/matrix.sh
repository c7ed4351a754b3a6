#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The same bits from every compiler, target and backend: build matrix.c with all of them and compare what it prints.
# usage: matrix.sh LIST LIBRARY FOLDER FLAG...      LIST: "include FOLDER" lines, written by CMake
#   LIBRARY  libgranum, of whatever compiler: users mix, and so does this
#   FOLDER   for the programs
#   FLAG     flags of kernel files, without the ones for clang alone
set -u
here=$(cd "$(dirname "$0")" && pwd)
list=$1 library=$2 folder=$3
shift 3
flags=(-O2 "$@" -I "$here")
while read -r word include; do
    [ "$word" = include ] && flags+=(-I "$include")
done <"$list"
mkdir -p "$folder"

has() { command -v "$1" >/dev/null; }
targets=("")
case $(uname -m) in
    x86_64)
        targets=(-march=x86-64 -march=native)
        grep -qw avx2 /proc/cpuinfo && targets+=(-march=haswell)
        ;;
esac

built=0
build() { # NAME COMPILER FLAG...
    local name=$1
    shift
    if ! "$@" -o "$folder/$name" "$library" "-Wl,-rpath,$(dirname "$library")" -lm >"$folder/$name.log" 2>&1; then
        # A clang without an OpenMP runtime of its own borrows the one of another version.
        if grep -q "lomp" "$folder/$name.log"; then
            for runtime in /usr/lib/llvm-*/lib/libomp.so; do
                "$@" -o "$folder/$name" "$library" "-Wl,-rpath,$(dirname "$library")" -lm -L "$(dirname "$runtime")" \
                    >"$folder/$name.log" 2>&1 && return 0
            done
        fi
        echo "$name: expected it to build:"
        cat "$folder/$name.log"
        return 1
    fi
}

names=() wrong=0
add() { # NAME BACKEND COMPILER FLAG...
    local name=$1 backend=$2
    shift 2
    names+=("$name")
    build "$name" "$@" "-DGR_IMPL_BACKEND_HEADER=<granum/backends/$backend.h>" || wrong=$((wrong + 1))
}
for compiler in gcc clang-14 clang-15 clang; do
    has $compiler || continue
    own=()
    case $compiler in clang*) own=(-fopenmp-version=51 -Wno-pass-failed) ;; esac
    [ $compiler = clang ] && { has clang-14 || has clang-15; } && continue
    for target in "${targets[@]}"; do
        add "$compiler$target-openmp" openmp $compiler -std=c11 "${flags[@]}" "${own[@]}" $target "$here/matrix.c"
    done
    add "$compiler-serial" serial $compiler -std=c11 "${flags[@]}" "${own[@]}" "${targets[-1]}" "$here/matrix.c"
done
for compiler in g++ clang++-14 clang++-15; do
    has $compiler || continue
    own=()
    case $compiler in clang*) own=(-fopenmp-version=51 -Wno-pass-failed) ;; esac
    add "$compiler-lambda" lambda $compiler -x c++ -std=c++17 "${flags[@]}" "${own[@]}" "${targets[-1]}" "$here/matrix.c" -x none
done

first=
for name in "${names[@]}"; do
    [ -x "$folder/$name" ] || continue
    if ! output=$(OMP_WAIT_POLICY=passive timeout 60 "$folder/$name"); then
        echo "$name: exit status $?, $output"
        wrong=$((wrong + 1))
    fi
    built=$((built + 1))
    first=${first:-$output}
    if [ "$output" != "$first" ]; then
        echo "$name: $output, expected $first as ${names[0]}"
        wrong=$((wrong + 1))
    fi
done
echo "$built programs, $wrong wrong, digest $first"
[ "$wrong" -eq 0 ] && [ "$built" -gt 1 ]
