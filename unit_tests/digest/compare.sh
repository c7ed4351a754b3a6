#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Results have the same bits on every backend: one line for each, all equal.
# The line of every compiler, instruction set and machine is in the file `expected`; it changes when digest.c does.
# usage: compare.sh NAME=PROGRAM...      the sim backend runs as sim32 and sim64
set -u
first=$(cat "$(dirname "$0")/expected") failures=0
printf '%-8s %s\n' expected "$first"
check() { # NAME PROGRAM [SETTING...]
    local line
    if ! line=$(env "${@:3}" "$2"); then
        echo "$1: $line"
        failures=$((failures + 1))
        return
    fi
    printf '%-8s %s\n' "$1" "$line"
    [ "$line" = "$first" ] || failures=$((failures + 1))
}
for pair in "$@"; do
    name=${pair%%=*} program=${pair#*=}
    case $name in
        sim)
            check sim32 "$program" GRANUM_SIM_WARP=32
            check sim64 "$program" GRANUM_SIM_WARP=64 GRANUM_SIM_SEED=12345
            ;;
        openmp) check openmp "$program" GRANUM_NUM_THREADS=2 ;;
        openmp_plain) check "plain/1" "$program" GRANUM_NUM_THREADS=1 ;;
        *) check "$name" "$program" ;;
    esac
done
[ "$failures" -eq 0 ] && echo "all equal"
