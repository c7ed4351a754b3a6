#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# All that a machine with a GPU is wanted for, in one command: build, climb the ladder on cuda and on hip with CUDA's names,
# compare digests with the host's, time the rows beside hand-written kernels and CUB, measure elementary functions, look at the
# machine code, run compute-sanitizer and ncu, and the tests of Python's kernels. Criterion is not needed.
# usage: tools/gpu.sh [OPTION...] [OUT]
#   --backend NAME   cuda (the default), or sim: the simulated device, to try this script
#   --steps "STEP.." only these, in this order: build build_hip ladder digests rows functions ladder_hip digests_hip
#                    code sanitizers ncu python
#   --built FOLDER   programs are here: nothing is built
#   --most ELEMENTS  rows of up to so many elements (2.7e8)
#   --rows "ROW.."   rows that begin so; left out: all
#   --seconds N      everything must have ended after so long (570); steps have limits of their own besides
#   --quick          build ladder digests rows functions, rows of up to 1e6 elements
#   OUT              folder for logs, tables and the page for perf_tests/results; left out: build/gpu/out
# The answer is in the last lines, a line a step, and in OUT/answers.txt.
set -u
export tree backend out work built most rows_wanted toolkit nvcc architecture
tree=$(cd "$(dirname "$0")/.." && pwd) || exit 1
cd "$tree" || exit 1
backend=cuda built='' most=2.7e8 rows_wanted='' seconds=570
steps="build build_hip ladder digests rows functions ladder_hip digests_hip code sanitizers ncu python"
while [[ ${1:-} == --* ]]; do
    case $1 in
        --backend | --steps | --built | --most | --rows | --seconds)
            [ $# -ge 2 ] || { echo "gpu.sh: $1 = nothing, expected a value" && exit 2; }
            ;;&
        --backend) backend=$2 && shift ;;
        --steps) steps=$2 && shift ;;
        --built) built=$(cd "$2" && pwd) && shift || exit 2 ;;
        --most) most=$2 && shift ;;
        --rows) rows_wanted=$2 && shift ;;
        --seconds) seconds=$2 && shift ;;
        --quick) steps="build ladder digests rows functions" most=1e6 ;;
        *) sed -n '/^# usage/,/^# The answer/s/^# //p' "$0" && exit 2 ;;
    esac
    shift
done
case $backend in
    cuda | sim) ;;
    *) echo "gpu.sh: backend = $backend, expected cuda or sim" && exit 2 ;;
esac
work=$tree/build/gpu out=${1:-$tree/build/gpu/out}
mkdir -p "$out" || exit 1
out=$(cd "$out" && pwd)
: >"$out/answers.txt"
nvcc=${CUDACXX:-$(command -v nvcc || echo /usr/local/cuda/bin/nvcc)}
toolkit=$(dirname "$(dirname "$(readlink -f "$nvcc")")")
architecture=$(timeout 20 nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2>/dev/null | head -n 1 | tr -d .)
architecture=${architecture:-90}

answer() { echo "$*" | tee -a "$out/answers.txt"; }

# What each step does; run in a shell of its own, into a log. 77: there is nothing to run it with, the last line says what.
configure_and_build() { # FOLDER TARGETS ARGUMENT...
    local folder=$1 targets=$2
    shift 2
    # shellcheck disable=SC2086 # several targets
    cmake -S "$tree" -B "$folder" -DCMAKE_BUILD_TYPE=Release -DGRANUM_BUILD_TESTS=OFF -DGRANUM_BUILD_LADDER=ON \
        -DGRANUM_BUILD_EXAMPLES=OFF "$@" && cmake --build "$folder" -j "$(nproc)" --target $targets
}
run_build() {
    local arguments=("-DGRANUM_BACKENDS=openmp;$backend")
    if [ "$backend" = cuda ]; then
        [ -x "$nvcc" ] || { echo "nvcc = not found, expected CUDA's toolkit (set CUDACXX)" && return 1; }
        arguments+=("-DCMAKE_CUDA_COMPILER=$nvcc" "-DCMAKE_CUDA_ARCHITECTURES=$architecture")
    fi
    configure_and_build "$work/$backend" "ladder digest_openmp digest_$backend functions_$backend granum_bench_$backend" \
        "${arguments[@]}"
}
run_build_hip() {
    [ "$backend" = cuda ] || { echo "the backend is not cuda" && return 77; }
    CUDACXX=$nvcc configure_and_build "$work/hip" "ladder digest_openmp digest_hip" "-DGRANUM_BACKENDS=openmp;hip" \
        -DGRANUM_BUILD_PERF_TESTS=OFF "-DGRANUM_HIPCC=$tree/unit_tests/vendors/hip_on_cuda/hipcc.sh" \
        "-DGRANUM_HIP_ARCHITECTURES=sm_$architecture" "-DGRANUM_HIP_LIBRARY=$toolkit/lib64/libcudart.so"
}
program() { # FOLDER NAME: where a build has it
    local at
    for at in "$1/$2" "$1/ladder/$2" "$1/digest/$2" "$1/functions/$2" "$1/unit_tests/ladder/$2" "$1/unit_tests/digest/$2" "$1/unit_tests/functions/$2" \
        "$1/perf_tests/device/$2"; do
        [ -x "$at" ] && [ ! -d "$at" ] && echo "$at" && return
    done
    echo "$2 = not built in $1" >&2
    return 1
}
climb() { # FOLDER BACKEND COMMAND...
    local rung name failed=0
    for rung in "$tree"/unit_tests/ladder/[01][0-9]_*.c; do
        name=ladder_$(basename "$rung" .c)_$2
        rung=$(program "$1" "$name") || return 1
        echo "== $name"
        "${@:3}" "$rung" || { echo "$name failed" && failed=1; }
    done
    return $failed
}
run_ladder() { climb "${built:-$work/$backend}" "$backend"; }
run_ladder_hip() {
    [ "$backend" = cuda ] || { echo "the backend is not cuda" && return 77; }
    climb "$work/hip" hip
}
digests_of() { # FOLDER BACKEND
    local host device
    host=$(program "$1" digest_openmp) && device=$(program "$1" "digest_$2") &&
        "$tree/unit_tests/digest/compare.sh" "openmp=$host" "$2=$device"
}
run_digests() { digests_of "${built:-$work/$backend}" "$backend"; }
run_digests_hip() {
    [ "$backend" = cuda ] || { echo "the backend is not cuda" && return 77; }
    digests_of "$work/hip" hip
}
run_rows() {
    local bench page
    bench=$(program "${built:-$work/$backend}" "granum_bench_$backend") || return 1
    # shellcheck disable=SC2086 # several rows
    "$bench" $rows_wanted --most "$most" --json "$out/rows.json" | tee "$out/rows.txt"
    [ "${PIPESTATUS[0]}" -eq 0 ] || return 1
    # The page for perf_tests/results/, named after the device.
    if command -v python3 >/dev/null; then
        page=$out/$(sed -n 's/^{"machine": "\([^,(]*\).*/\1/p' "$out/rows.json.about" | tr 'A-Z ' 'a-z-').md
        python3 "$tree/perf_tests/report.py" "$out/rows.json" --page >"$page" || return 1
        if [ "$backend" = cuda ]; then
            printf '\nWhat the driver says: '
            nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem,power.limit --format=csv,noheader | head -n 1
        fi >>"$page"
    fi
    tail -n 1 "$out/rows.txt"
}
run_functions() {
    local functions
    functions=$(program "${built:-$work/$backend}" "functions_$backend") || return 1
    "$functions" | tee "$out/functions.txt"
    return "${PIPESTATUS[0]}"
}
run_code() {
    [ "$backend" = cuda ] || { echo "the backend is not cuda" && return 77; }
    [ -x "$toolkit/bin/cuobjdump" ] || { echo "cuobjdump was not found" && return 77; }
    "$tree/unit_tests/vendors/sass.sh" "$toolkit/bin/cuobjdump" "$work/cuda/libgranum_cuda.so" \
        "$work"/cuda/ladder/ladder_0[2348]_*_cuda
}
run_sanitizer() { # TOOL
    local sanitizer
    [ "$backend" = cuda ] || { echo "the backend is not cuda" && return 77; }
    sanitizer=$(command -v compute-sanitizer || echo "$toolkit/bin/compute-sanitizer")
    [ -x "$sanitizer" ] || { echo "compute-sanitizer was not found" && return 77; }
    climb "${built:-$work/cuda}" cuda "$sanitizer" --tool "$1" --error-exitcode 1
}
# Both sides of streams, reductions and scans once, with what the memory did meanwhile: kernel, time, share of the peak.
run_ncu() {
    local ncu bench metrics=gpu__time_duration.sum,dram__throughput.avg.pct_of_peak_sustained_elapsed,dram__bytes.sum
    [ "$backend" = cuda ] || { echo "the backend is not cuda" && return 77; }
    ncu=$(command -v ncu || echo "$toolkit/bin/ncu")
    [ -x "$ncu" ] || { echo "ncu was not found" && return 77; }
    bench=$(program "${built:-$work/$backend}" granum_bench_cuda) || return 1
    "$ncu" --csv --page raw --metrics "$metrics" --kernel-name-base demangled --target-processes all \
        "$bench" --check --size 100000000 stream. copy. reduce. scan. >"$out/ncu.raw" || {
        tail -n 3 "$out/ncu.raw"
        return 1
    }
    python3 - "$out/ncu.raw" "$out/ncu.csv" <<'EOF'
import csv, re, sys
lines = [line for line in open(sys.argv[1]) if line.startswith('"')]
rows = list(csv.DictReader(lines))
units, rows = rows[0], rows[1:]
with open(sys.argv[2], "w", newline="") as out:
    write = csv.writer(out)
    names = ["gpu__time_duration.sum", "dram__throughput.avg.pct_of_peak_sustained_elapsed", "dram__bytes.sum"]
    write.writerow(["kernel", "grid", "block"] + [f"{name} [{units[name]}]" for name in names])
    for row in rows:
        kernel = re.sub(r"\s+", " ", row["Kernel Name"])[:160]
        write.writerow([kernel, row.get("Grid Size", ""), row.get("Block Size", "")] + [row[name] for name in names])
print(len(rows), "kernels in", sys.argv[2])
EOF
}
run_python() {
    local folder=$work/python_$backend arguments=("-DGRANUM_BACKENDS=openmp;$backend") test=() name
    command -v python3 >/dev/null || { echo "python3 was not found" && return 77; }
    python3 -c 'import numpy, sysconfig, os; open(os.path.join(sysconfig.get_paths()["include"], "Python.h"))' ||
        { echo "NumPy or Python.h was not found" && return 77; }
    [ "$backend" = cuda ] && arguments+=("-DCMAKE_CUDA_COMPILER=$nvcc" "-DCMAKE_CUDA_ARCHITECTURES=$architecture")
    configure_and_build "$folder" all -DGRANUM_BUILD_PYTHON=ON -DGRANUM_BUILD_LADDER=OFF -DGRANUM_BUILD_PERF_TESTS=OFF \
        -DGRANUM_BUILD_TOOLS=OFF "${arguments[@]}" || return 1
    export PYTHONPATH=$folder/python GRANUM_CACHE_DIR=$folder/cache PYTHONPYCACHEPREFIX=$folder/pyc
    if python3 -c 'import pytest, hypothesis' 2>/dev/null; then
        for name in kernels constructs teams counting structs bounds operators device device_arrays; do
            test+=("$tree/pybind/tests/test_$name.py")
        done
        GRANUM_TEST_SPACE=$backend python3 -m pytest -q -p no:cacheprovider "${test[@]}"
        return
    fi
    echo "pytest and hypothesis are not both there: one kernel of each kind instead"
    python3 "$tree/tools/gpu_kernels.py" "$backend"
}
export -f configure_and_build program climb digests_of run_build run_build_hip run_ladder run_ladder_hip run_digests \
    run_digests_hip run_rows run_functions run_code run_sanitizer run_ncu run_python

failed=0
# step LIMIT TITLE FUNCTION ARGUMENT...: for so many seconds at most, and for what is left of all of them.
step() {
    local limit=$1 title=$2 log=$out/${2//[^a-z0-9]/_}.log start=$SECONDS left=$((seconds - SECONDS)) status=0 last
    shift 2
    if [ "$left" -lt 3 ]; then
        answer "skipped $title: no time is left"
        return
    fi
    [ "$left" -lt "$limit" ] && limit=$left
    timeout -k 5 "$limit" bash -c '"$@"' step "$@" >"$log" 2>&1 </dev/null || status=$?
    last=$(grep -v '^ *$' "$log" | tail -n 1 | cut -c1-160)
    case $status in
        0) answer "ok      $title ($((SECONDS - start)) s)" ;;
        77) answer "skipped $title: $last" ;;
        124 | 137)
            answer "FAILED  $title: took more than $limit s; $log"
            failed=1
            ;;
        *)
            answer "FAILED  $title: $last; $log"
            failed=1
            ;;
    esac
}

{
    uname -a
    timeout 20 nvidia-smi
    timeout 20 nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,clocks.max.mem --format=csv
    "$nvcc" --version
    git log -1 --oneline
} >"$out/machine.log" 2>&1
for name in $steps; do
    case $name in
        build) [ -n "$built" ] || step 300 "build $backend" run_build ;;
        build_hip) [ -n "$built" ] || step 240 "build hip with the names of cuda" run_build_hip ;;
        ladder) step 120 "ladder on $backend" run_ladder ;;
        ladder_hip) step 120 "ladder on hip" run_ladder_hip ;;
        digests) step 120 "digests of $backend" run_digests ;;
        digests_hip) step 120 "digests of hip" run_digests_hip ;;
        rows) step 330 "rows" run_rows ;;
        functions) step 60 "elementary functions" run_functions ;;
        code) step 120 "machine code" run_code ;;
        sanitizers)
            for tool in memcheck racecheck synccheck initcheck; do
                step 120 "ladder under $tool" run_sanitizer $tool
            done
            ;;
        ncu) step 180 "ncu" run_ncu ;;
        python) step 240 "kernels in Python" run_python ;;
        *)
            answer "FAILED  $name: no such step"
            failed=1
            ;;
    esac
done
[ -s "$out/rows.txt" ] && cat "$out/rows.txt"
echo
cat "$out/answers.txt"
exit $failed
