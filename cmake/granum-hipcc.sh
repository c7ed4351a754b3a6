#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Compile a C++ file as HIP in the place of the C++ compiler that CMake calls: CMake's own HIP language wants files that not
# every distribution has. Flags that are for the host's threads and processor are left out.
# usage: granum-hipcc.sh HIPCC ARCHITECTURES COMPILER ARGUMENT...      ARCHITECTURES: gfx90a,gfx1100
hipcc=$1 architectures=$2
shift 3
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
        -fopenmp* | -march=*) ;;
        *) set -- "$@" "$argument" ;;
    esac
done
for architecture in $(echo "$architectures" | tr , ' '); do
    set -- "--offload-arch=$architecture" "$@"
done
exec "$hipcc" -x hip -Wno-unused-command-line-argument "$@"
