#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The simulated device with fibres by swapcontext, as on processors that have no switch of their own.
# usage: ucontext.sh FOLDER PROGRAM...     FOLDER: of that libgranum_sim.so
set -u
folder=$1
shift
if ! nm -D --undefined-only "$folder/libgranum_sim.so" | grep -q ' swapcontext'; then
    echo "$folder/libgranum_sim.so does not call swapcontext"
    exit 1
fi
for program; do
    output=$(GRANUM_PLUGIN_PATH=$folder GRANUM_NUM_THREADS=3 LD_DEBUG=files "$program" 2>&1) || {
        grep -v 'calling \|file=\|dynamic: \|entry: ' <<<"$output" | tail -30
        exit 1
    }
    if ! grep -q "$folder/libgranum_sim.so" <<<"$output"; then
        echo "$program did not load $folder/libgranum_sim.so"
        exit 1
    fi
done
echo "$# programs hold"
