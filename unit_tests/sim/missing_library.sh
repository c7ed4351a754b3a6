#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Where the library of a device is missing, or is none, the first use of the device says so and what to do.
# usage: missing_library.sh LIBGRANUM PROGRAM      PROGRAM: a rung of the ladder on the simulated device
set -u
folder=$(mktemp -d) || exit 1
trap 'rm -r "$folder"' EXIT
cp "$1" "$folder"/ || exit 1
ln -s "$(basename "$1")" "$folder/$(basename "$1" | sed -E 's/(\.so\.[0-9]+\.[0-9]+)\..*/\1/')" || exit 1
failures=0
expect() { # TEXT COMMAND...
    local text=$1 output
    shift
    output=$(env LD_LIBRARY_PATH="$folder" "$@" 2>&1)
    if ! grep -qF "$text" <<<"$output"; then
        printf 'expected: %s\nprinted: %s\n' "$text" "$output"
        failures=$((failures + 1))
    fi
}
expect 'in space device: libgranum_sim.so was not loaded (' "$2"
expect 'expected it beside libgranum.so or in a folder of GRANUM_PLUGIN_PATH' "$2"
expect '  device        sim: not usable: libgranum_sim.so was not loaded (' "$2"
echo 'not a library' >"$folder/libgranum_sim.so"
expect 'libgranum_sim.so was not loaded (' "$2"
rm "$folder/libgranum_sim.so"
env LD_LIBRARY_PATH="$folder" GRANUM_PLUGIN_PATH="/nowhere:$(dirname "$1")" GRANUM_NUM_THREADS=2 "$2" ||
    failures=$((failures + 1))
[ "$failures" -eq 0 ] && echo "missing libraries are named"
