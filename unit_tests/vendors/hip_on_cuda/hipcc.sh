#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# In the place of hipcc: nvcc, with hip/hip_runtime.h of this folder, so that the hip backend runs on an NVIDIA GPU.
# cmake -DGRANUM_BACKENDS="openmp;hip" -DGRANUM_HIPCC=.../hipcc.sh -DGRANUM_HIP_ARCHITECTURES=sm_90 -DGRANUM_HIP_LIBRARY=cudart
# usage: hipcc.sh ARGUMENT...      as cmake/granum-hipcc.sh calls it
here=$(cd "$(dirname "$0")" && pwd)
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
        -x | hip) ;;
        --offload-arch=*) set -- "$@" "-arch=${argument#*=}" ;;
        -ffp-contract=off) set -- "$@" -fmad=false -Xcompiler "$argument" ;;
        -std=gnu++17) set -- "$@" -std=c++17 ;;
        -W* | -f*) ;;
        *) set -- "$@" "$argument" ;;
    esac
done
exec "$nvcc" -x cu --extended-lambda -D__HIPCC__=1 -I"$here" -Xcompiler -fPIC -Xcompiler -fvisibility=hidden \
    -Werror all-warnings -diag-suppress 2949 -ccbin "${CXX:-g++}" "$@"
