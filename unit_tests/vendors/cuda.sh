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
# Checked kernels, the bench beside CUB, and the hip backend with the names of CUDA: objects alone, for one architecture.
compile_objects() { # FOLDER PATTERN ARGUMENT...
    local folder=$build/$1 objects
    output=$(cmake -S "$source" -B "$folder" -G Ninja -DCMAKE_BUILD_TYPE=Release -DGRANUM_WARNINGS_AS_ERRORS=ON "${@:3}" 2>&1) &&
        objects=$(ninja -C "$folder" -t targets all | grep -oE "^[^ ]*($2)[^ ]*\.o:" | tr -d :) &&
        output=$(cd "$folder" && xargs ninja <<<"$objects" 2>&1) || {
        echo "$output" | grep -v '^\[' | tail -40
        exit 1
    }
}
compile_objects checked "ladder.*05_multi_dimensional.*cu|granum_bench_cuda_(twin|kernels).*cu|functions_cuda_kernels.*cu" "-DGRANUM_BACKENDS=openmp;cuda" \
    -DGRANUM_CHECKED=ON "-DCMAKE_CUDA_COMPILER=$nvcc" -DCMAKE_CUDA_ARCHITECTURES=90
CUDACXX=$nvcc compile_objects hip_on_cuda "table_hip|ladder_08_atomics_hip_kernels" "-DGRANUM_BACKENDS=openmp;hip" \
    "-DGRANUM_HIPCC=$source/unit_tests/vendors/hip_on_cuda/hipcc.sh" -DGRANUM_HIP_ARCHITECTURES=sm_90 -DGRANUM_HIP_LIBRARY=cudart

# The machine code: wide words in copies and fills, and no kernel with local memory.
cuobjdump=${GRANUM_CUOBJDUMP:-$(command -v cuobjdump || echo "${nvcc%/*}/cuobjdump")}
if [ -x "$cuobjdump" ]; then
    "$source/unit_tests/vendors/sass.sh" "$cuobjdump" "$build/libgranum_cuda.so" \
        "$build"/unit_tests/ladder/ladder_0[23458]_*_cuda || exit 1
else
    echo "cuobjdump was not found: the machine code is not looked at (set GRANUM_CUOBJDUMP)"
fi
output=$("$build/unit_tests/ladder/ladder_02_range_for_cuda" 2>&1)
case $?:$output in
    0:*) echo "compiled for sm_80, sm_90, sm_100 and linked; rung 02 holds on this machine's GPU" ;;
    *"not usable"* | *driver* | *cuda*) echo "compiled for sm_80, sm_90, sm_100 and linked; no GPU here: ${output%%$'\n'*}" ;;
    *)
        echo "$output"
        exit 1
        ;;
esac
