#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# All that a machine with an NVIDIA GPU is wanted for, in one command: build, climb the ladder on cuda and on hip with CUDA's
# names, compare digests with the host's, run compute-sanitizer over the ladder, look at the machine code, and time the rows
# beside hand-written kernels and CUB. Criterion is not needed. The answer is in the last lines, logs in BUILD.
# usage: tools/gpu.sh [--quick] [--most ELEMENTS] [BUILD]
#   --quick  no sanitizers, and rows of up to 1e6 elements
#   BUILD    folder for builds and logs; left out: build/gpu
set -u
cd "$(dirname "$0")/.." || exit 1
quick='' most=2.7e8
while [[ ${1:-} == --* ]]; do
    case $1 in
        --quick) quick=1 most=1e6 ;;
        --most) most=$2 && shift ;;
        *) sed -n '/^# usage/,/^#   BUILD/s/^# //p' "$0" && exit 2 ;;
    esac
    shift
done
build=${1:-build/gpu}
mkdir -p "$build"
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
toolkit=$(dirname "$(dirname "$nvcc")")
sanitizer=$(command -v compute-sanitizer || echo "$toolkit/bin/compute-sanitizer")
architecture=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d .)
architecture=${architecture:-90}
rungs="01_allocate_and_copy 02_range_for 03_reduce 04_scan 05_multi_dimensional 06_teams 07_scratch 08_atomics 09_instances 10_graphs"
answers=() failed=0

# step TITLE COMMAND...: run into a log, and say how it went.
step() {
    local title=$1 log=$build/${1//[^a-z0-9]/_}.log start=$SECONDS
    shift
    if "$@" >"$log" 2>&1; then
        answers+=("ok      $title ($((SECONDS - start)) s)")
    else
        answers+=("FAILED  $title: $(tail -n 1 "$log" | cut -c1-120); $log")
        failed=1
    fi
    echo "${answers[-1]}"
}
configure_and_build() { # FOLDER TARGETS ARGUMENT...
    local folder=$1 targets=$2
    shift 2
    # shellcheck disable=SC2086
    cmake -S . -B "$folder" -DCMAKE_BUILD_TYPE=Release -DGRANUM_BUILD_TESTS=OFF -DGRANUM_BUILD_LADDER=ON "$@" &&
        cmake --build "$folder" -j "$(nproc)" --target $targets
}
climb() { # FOLDER BACKEND COMMAND...
    local folder=$1 backend=$2 rung
    shift 2
    for rung in $rungs; do
        echo "== $rung"
        "$@" "$folder/ladder/ladder_${rung}_$backend" || return 1
    done
}
digests() { # FOLDER BACKEND
    unit_tests/digest/compare.sh "openmp=$1/digest/digest_openmp" "$2=$1/digest/digest_$2"
}
rows() {
    "$build/cuda/perf_tests/device/granum_bench_cuda" --most "$most" | tee "$build/rows.txt"
    return "${PIPESTATUS[0]}"
}

if [ ! -x "$nvcc" ]; then
    echo "nvcc = not found, expected CUDA's toolkit (set CUDACXX)"
    exit 1
fi
{
    uname -a
    nvidia-smi
    "$nvcc" --version
    git log -1 --oneline
} >"$build/machine.log" 2>&1
step "build cuda" configure_and_build "$build/cuda" "ladder digest_openmp digest_cuda granum_bench_cuda" \
    "-DGRANUM_BACKENDS=openmp;cuda" "-DCMAKE_CUDA_COMPILER=$nvcc" "-DCMAKE_CUDA_ARCHITECTURES=$architecture"
step "build hip with the names of cuda" configure_and_build "$build/hip" "ladder digest_openmp digest_hip" \
    "-DGRANUM_BACKENDS=openmp;hip" "-DGRANUM_HIPCC=$PWD/unit_tests/vendors/hip_on_cuda/hipcc.sh" \
    "-DGRANUM_HIP_ARCHITECTURES=sm_$architecture" "-DGRANUM_HIP_LIBRARY=$toolkit/lib64/libcudart.so"
step "ladder on cuda" climb "$build/cuda" cuda
step "ladder on hip" climb "$build/hip" hip
step "digests of cuda" digests "$build/cuda" cuda
step "digests of hip" digests "$build/hip" hip
if [ -x "$toolkit/bin/cuobjdump" ]; then
    step "machine code" unit_tests/vendors/sass.sh "$toolkit/bin/cuobjdump" "$build/cuda/libgranum_cuda.so" \
        "$build"/cuda/ladder/ladder_0[2348]_*_cuda
fi
if [ -z "$quick" ] && [ -x "$sanitizer" ]; then
    for tool in memcheck racecheck synccheck initcheck; do
        step "ladder under $tool" climb "$build/cuda" cuda "$sanitizer" --tool "$tool" --error-exitcode 1
    done
elif [ -z "$quick" ]; then
    echo "compute-sanitizer was not found: the ladder is not run under it"
fi
step "rows" rows
cat "$build/rows.txt" 2>/dev/null
printf '%s\n' "${answers[@]}"
exit $failed
