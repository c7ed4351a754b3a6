#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The cuda backend compiles without a warning for every architecture it is for, and links; no GPU is needed. Where there is
# none, a program says so.
# usage: cuda.sh SOURCE_DIR BUILD_DIR
set -u
source=$1 build=$2
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
if [ ! -x "$nvcc" ]; then
    echo "nvcc was not found: the cuda backend is not compiled (set CUDACXX)"
    exit 77
fi
output=$(cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DGRANUM_BACKENDS=openmp;cuda" \
    "-DCMAKE_CUDA_COMPILER=$nvcc" "-DCMAKE_CUDA_ARCHITECTURES=80;90;100" -DGRANUM_WARNINGS_AS_ERRORS=ON 2>&1) || {
    echo "$output" | tail -20
    exit 1
}
output=$(cmake --build "$build" --target granum_cuda ladder digest_cuda 2>&1) || {
    echo "$output" | grep -v '^\[' | head -40
    exit 1
}
output=$("$build/unit_tests/ladder/ladder_02_range_for_cuda" 2>&1)
case $?:$output in
    0:*) echo "compiled for sm_80, sm_90, sm_100 and linked; rung 02 holds on this machine's GPU" ;;
    *"not usable"* | *driver* | *cuda*) echo "compiled for sm_80, sm_90, sm_100 and linked; no GPU here: ${output%%$'\n'*}" ;;
    *)
        echo "$output"
        exit 1
        ;;
esac
