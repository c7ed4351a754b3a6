#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Fibres of the simulated device on machines that this one is not: AArch64 through an emulator, or compiled alone.
# usage: fibres.sh SOURCE_DIR
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -r "$folder"' EXIT
compiler=$(command -v aarch64-linux-gnu-g++) || {
    echo "no compiler for AArch64: the switch of fibres there is not assembled (Debian: g++-aarch64-linux-gnu, qemu-user-static)"
    exit 77
}
"$compiler" -std=c++17 -O2 -Wall -Wextra -Werror -static -pthread -o "$folder/fibres" "$1/unit_tests/sim/fibres.cpp" \
    "$1/backends/sim/src/fibre.cpp" || exit 1
emulator=$(command -v qemu-aarch64-static || command -v qemu-aarch64) || {
    echo "assembled for AArch64; not run, there is no emulator (Debian: qemu-user-static)"
    exit 0
}
"$emulator" "$folder/fibres"
