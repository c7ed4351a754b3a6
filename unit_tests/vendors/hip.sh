#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The hip backend compiles without a warning and links; no GPU is needed. Where there is none, a program says so.
# usage: hip.sh SOURCE_DIR BUILD_DIR
set -u
source=$1 build=$2
if ! command -v hipcc >/dev/null; then
    echo "hipcc was not found: the hip backend is not compiled (Debian: hipcc, libamdhip64-dev)"
    exit 77
fi
output=$(cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DGRANUM_BACKENDS=openmp;hip" \
    -DGRANUM_HIP_ARCHITECTURES=gfx90a -DGRANUM_WARNINGS_AS_ERRORS=ON 2>&1) || {
    echo "$output" | tail -20
    exit 1
}
output=$(cmake --build "$build" --target granum_hip ladder digest_hip 2>&1) || {
    echo "$output" | grep -v '^\[' | head -40
    exit 1
}
# A program with HIP kernel files starts where HIP's library does not load, and is told so when it wants a device.
folder=$(mktemp -d) || exit 1
trap 'rm -r "$folder"' EXIT
readelf -d "$build/libgranum_hip.so" | sed -nE 's/.*NEEDED.*\[(libamdhip64[^]]*)\].*/\1/p' | while read -r name; do
    echo 'not a library' >"$folder/$name"
done
output=$(LD_LIBRARY_PATH=$folder "$build/unit_tests/ladder/ladder_02_range_for_hip" 2>&1)
if ! grep -q 'in space device: libgranum_hip.so was not loaded (.*libamdhip64' <<<"$output"; then
    printf 'without libamdhip64.so a program prints:\n%s\n' "$output"
    exit 1
fi
output=$("$build/unit_tests/ladder/ladder_02_range_for_hip" 2>&1)
case $?:$output in
    0:*) echo "compiled for gfx90a and linked; rung 02 holds on this machine's GPU" ;;
    *hip*) echo "compiled for gfx90a and linked; no GPU here: ${output%%$'\n'*}" ;;
    *)
        echo "$output"
        exit 1
        ;;
esac
