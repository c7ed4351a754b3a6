# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# shellcheck shell=bash
# The stages of ./run test, one function each, in the order of run_stages; sourced by ./run.

jobs=$(nproc)
# Sets of threads that several tests at once spin with would only keep each other from working.
test_environment=(OMP_WAIT_POLICY=passive)
passed=0 failed=0 skipped=0

# timed LOG TITLE COMMAND...: run quietly into a log, say how long it took, show the log's end when it fails.
timed() {
    local log=$1 title=$2 start=$SECONDS status=0
    shift 2
    mkdir -p "$(dirname "$log")"
    printf '%-60.60s ' "$title"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -eq 0 ]; then
        printf '%4d s  ok%s\n' $((SECONDS - start)) "${timed_note:+  $timed_note}"
    else
        printf '%4d s  FAILED\n' $((SECONDS - start))
        # What went well is in the log too, and only there.
        grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Creating)|   Passed  |^ +Start +[0-9]+:|^$' "$log" |
            tail -n "${GRANUM_LOG_LINES:-40}" | sed 's/^/    /'
        echo "    the whole log: $log"
    fi
    timed_note=
    return "$status"
}

# configure_build FOLDER ARGUMENT...: configure, with ccache where it is installed.
configure_build() {
    local folder=$1
    shift
    if command -v ccache >/dev/null; then
        set -- -DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache "$@"
    fi
    cmake -S . -B "$folder" "$@"
}

# ctest_in FOLDER ARGUMENT...: run the tests of a build and add them to the sums.
ctest_in() {
    local folder=$1 junit=$1/junit.xml head tests=0 bad=0 skip=0 status=0
    shift
    rm -f "$junit"
    env "${test_environment[@]}" ctest --test-dir "$folder" -j "$jobs" --output-on-failure --no-tests=error \
        --output-junit "$PWD/$junit" "$@" || status=$?
    [ -f "$junit" ] || return 1
    head=$(tr '\n\t' '  ' <"$junit" | grep -oE '<testsuite [^>]*>' | head -n 1)
    tests=$(attribute tests) bad=$(attribute failures) skip=$(($(attribute skipped) + $(attribute disabled)))
    passed=$((passed + tests - bad - skip)) failed=$((failed + bad)) skipped=$((skipped + skip))
    timed_note="$((tests - bad - skip)) tests"
    [ "$bad" -eq 0 ] && return "$status"
    counted_failure=1
    return 1
}
attribute() { grep -oE " $1=\"[0-9]+\"" <<<"$head" | grep -oE '[0-9]+' || echo 0; }

# build_and_test NAME PRESET [CMAKE ARGUMENT...]: the usual stage; ctest arguments come in the array ctest_arguments.
build_and_test() {
    local folder=build/test/$1 preset=$2
    shift 2
    # shellcheck disable=SC2086 # several targets
    configure_build "$folder" --preset "$preset" -DGRANUM_WARNINGS_AS_ERRORS=ON "$@" &&
        cmake --build "$folder" --target ${build_target:-all} && ctest_in "$folder" "${ctest_arguments[@]}"
}
without_extras=(-DGRANUM_BUILD_EXAMPLES=OFF -DGRANUM_BUILD_PERF_TESTS=OFF -DGRANUM_BUILD_TOOLS=OFF)
# Instrumented code draws warnings that the same code without does not deserve.
warnings_only=(-DGRANUM_WARNINGS_AS_ERRORS=OFF)

# The inputs of the expansion test are not C before the preprocessor has seen them.
c_files() { git ls-files '*.c' '*.h' ':!unit_tests/expansion'; }
stage_format() {
    local status=0
    c_files | xargs clang-format-14 --dry-run -Werror || status=1
    # The formatter leaves comments alone; a line that it cannot break is a name or a text too long.
    c_files | xargs grep -nE '^.{101,}$' && status=1
    [ "$status" -eq 0 ] && count_one
}
# Vendors' compilers have stages of their own. Every mode runs with sync; alone it leaves launches on their threads.
stage_openmp() {
    ctest_arguments=(-LE vendor)
    build_and_test openmp openmp && under_modes build/test/openmp sync 'ladder_*' 'threads_*' 'test_graph_*' 'test_instance_*' \
        'test_launch_*' 'example_*'
}
stage_serial() {
    ctest_arguments=(-LE tree)
    build_and_test serial serial "${without_extras[@]}"
}
stage_clang() {
    ctest_arguments=(-LE vendor)
    build_and_test clang openmp -DCMAKE_C_COMPILER=clang-15 "${without_extras[@]}"
}
stage_lambda() {
    ctest_arguments=(-LE tree)
    build_and_test lambda lambda "${without_extras[@]}"
}
stage_checked() {
    ctest_arguments=(-LE "tree|large|oracle")
    build_and_test checked checked "${without_extras[@]}" && under_modes build/test/checked poison,nan,order
}
# under_modes FOLDER MODES: the tests that are built there once more, under debug modes that must find nothing.
under_modes() { python3 unit_tests/tools/modes.py "$@" && count_one; }
# Instrumented kernels draw warnings about loops that nobody optimises.
stage_race() {
    configure_build build/test/race --preset race -DGRANUM_BUILD_PERF_TESTS=OFF -DGRANUM_BUILD_TOOLS=OFF "${warnings_only[@]}" &&
        cmake --build build/test/race &&
        ctest_in build/test/race -R '^(test_watch_modes|example_debugging)$' &&
        under_modes build/test/race race,uninit && under_modes build/test/race poison,nan,order 'example_*'
}
# The ladder on a simulated GPU with warps of both widths, and the bits of every backend side by side.
stage_sim() {
    ctest_arguments=(-L '^sim$') build_target=sim_tests
    build_and_test sim sim "${without_extras[@]}" -DGRANUM_BUILD_PERF_TESTS=ON "-DGRANUM_BACKENDS=openmp;serial;sim"
}
# compile_vendor NAME: what a vendor's compiler makes of the ladder, where there is one; a device is not needed.
compile_vendor() {
    local status=0
    unit_tests/vendors/"$1".sh "$PWD" "build/test/$1" >"build/test/logs/$1.said" || status=$?
    cat "build/test/logs/$1.said"
    [ "$status" -eq 0 ] && count_one && return
    [ "$status" -eq 77 ] || return 1
    timed_note="skipped: $(tail -n 1 "build/test/logs/$1.said")" skipped=$((skipped + 1))
}
stage_cuda() { compile_vendor cuda; }
stage_hip() { compile_vendor hip; }
# What must not compile runs nothing that could be sanitized, and bits are compared where code is optimised.
stage_asan() {
    ctest_arguments=(-LE "large|tree|language|oracle")
    test_environment+=(ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=print_stacktrace=1)
    build_and_test asan asan -DGRANUM_BUILD_PERF_TESTS=OFF "${warnings_only[@]}"
}
stage_tsan() {
    ctest_arguments=(-L threads)
    build_and_test tsan tsan "${without_extras[@]}" "${warnings_only[@]}"
}
stage_fuzz() {
    configure_build build/test/fuzz --preset asan -DCMAKE_C_COMPILER=clang-15 "${without_extras[@]}" &&
        cmake --build build/test/fuzz --target fuzzers && ctest_in build/test/fuzz -L fuzz
}
stage_coverage() {
    local kind folder files=()
    ctest_arguments=(-LE "large|tree|language|oracle")
    for kind in serial openmp checked race sim; do
        folder=build/test/coverage_$kind
        find "$folder" -name '*.gcda' -delete 2>/dev/null
        # Of the instrumented kernels two tests are enough: the rest of the library is in the others.
        [ "$kind" = race ] && ctest_arguments=(-R '^test_watch_') build_target="test_watch_modes test_watch_arguments"
        [ "$kind" = sim ] && ctest_arguments=(-L '^sim$' -E digests) build_target=sim_tests
        build_and_test "coverage_$kind" "$kind" "${without_extras[@]}" "${warnings_only[@]}" \
            -DGRANUM_COVERAGE=ON -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-O1 -g" || return 1
        # Device code is C++, where gcov counts a branch for each exception that nobody throws: the ladder speaks for it.
        gcovr --root . --filter core/ --filter views/ --filter backends/ --exclude 'backends/(sim|gpu|cuda|hip)/' \
            --object-directory "$folder" \
            --json "$folder/coverage.json" "$folder" || return 1
        files+=(--add-tracefile "$folder/coverage.json")
    done
    mkdir -p build/test/coverage
    # Lines, then branches, file by file; then the sums, and the pages that show what no test reaches.
    files+=(--exclude-unreachable-branches)
    gcovr --root . "${files[@]}"
    gcovr --root . "${files[@]}" --branches
    gcovr --root . "${files[@]}" --print-summary \
        --html-details build/test/coverage/index.html \
        --fail-under-line "$least_lines" --fail-under-branch "$least_branches" && count_one
}
least_lines=95 least_branches=83

# The Pythons to test with, one of each version from 3.10 on, free-threaded ones too: Debian's own first, then
# those of pyenv, uv and hand-made installations. GRANUM_PYTHONS names others.
find_pythons() {
    local candidate version seen=" "
    # shellcheck disable=SC2086 # several paths
    for candidate in /usr/bin/python3 ${GRANUM_PYTHONS:-} /usr/bin/python3.[0-9]* /usr/local/bin/python3.[0-9]* \
        "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3 \
        "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/cpython-3*/bin/python3 /opt/*/bin/python3.[0-9]*; do
        [ -x "$candidate" ] || continue
        version=$("$candidate" -c 'import sys, sysconfig, venv, ensurepip
assert sys.version_info >= (3, 10)
print("%d.%d%s" % (*sys.version_info[:2], "t" if sysconfig.get_config_var("Py_GIL_DISABLED") else ""))' 2>/dev/null) || continue
        case $seen in *" $version "*) continue ;; esac
        seen+="$version "
        echo "$version $candidate"
    done
}
# Run and count tests of the installed package: python_tests ENVIRONMENT SPACE RANDOM_KERNELS TEST...
python_tests() {
    local folder=$1 space=$2 kernels=$3 count status=0
    shift 3
    (cd "$folder" && env "${test_environment[@]}" GRANUM_CACHE_DIR="$folder/cache" GRANUM_TEST_SPACE="$space" \
        PYTHONPYCACHEPREFIX="$folder/pyc" GRANUM_RANDOM_KERNELS="$kernels" \
        bin/python -m pytest -q -n "$jobs" -p no:cacheprovider "$@") | tee "$folder/log"
    [ "${PIPESTATUS[0]}" -eq 0 ] || status=1
    count=$(grep -oE '[0-9]+ passed' "$folder/log" | tail -n 1 | grep -oE '[0-9]+')
    passed=$((passed + ${count:-0}))
    count=$(grep -oE '[0-9]+ skipped' "$folder/log" | tail -n 1 | grep -oE '[0-9]+')
    skipped=$((skipped + ${count:-0}))
    count=$(grep -oE '[0-9]+ (failed|errors?)' "$folder/log" | tail -n 1 | grep -oE '[0-9]+')
    failed=$((failed + ${count:-0}))
    [ "${count:-0}" -eq 0 ] || counted_failure=1
    return "$status"
}
# The package as users install it, into an environment of each Python, tested from outside of the tree.
stage_python() {
    local version python folder root=$PWD options status=0 name tests kernels
    # Not from standard input: mpiexec would read the rest of the list.
    while read -r version python <&3; do
        folder=$PWD/build/test/python/$version options=()
        # Debian's NumPy is old, others get a new one.
        [ "$python" = /usr/bin/python3 ] && options=(--system-site-packages)
        echo "== Python $version, $python"
        [ -x "$folder/bin/python" ] || "$python" -m venv "${options[@]}" "$folder" || return 1
        "$folder/bin/python" -m pip install --quiet --disable-pip-version-check numpy pytest pytest-xdist hypothesis &&
            "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
                --config-settings=build-dir="$folder/build" \
                "--config-settings=cmake.define.GRANUM_BACKENDS=openmp;serial;sim" . || return 1
        # Others' systems, once: an example whose package does not install is skipped.
        if [ "$python" = /usr/bin/python3 ]; then
            for name in 'dask[array]' 'mpi4py mpich' ray pyright; do
                # shellcheck disable=SC2086 # several packages
                "$folder/bin/python" -m pip install --quiet --disable-pip-version-check $name || echo "without $name"
            done
        fi
        # Everything with the first Python; with the others what depends on Python, and few random kernels.
        tests=("$root/pybind/tests") kernels=3000
        if [ "$python" != /usr/bin/python3 ]; then
            kernels=60
            for name in cache cache_elsewhere examples export terrain operators errors packaging bench; do
                tests+=(--ignore "$root/pybind/tests/test_$name.py")
            done
        fi
        python_tests "$folder" "" "$kernels" "${tests[@]}" || status=1
        # The tests of the language once more, with every launch on the simulated device.
        if [ "$python" = /usr/bin/python3 ]; then
            tests=()
            for name in kernels constructs teams counting structs bounds operators language terrain; do
                tests+=("$root/pybind/tests/test_$name.py")
            done
            python_tests "$folder" sim "$kernels" "${tests[@]}" || status=1
        fi
    done 3< <(find_pythons)
    return "$status"
}

count_one() { passed=$((passed + 1)); }

stages=(
    "format:format (clang-format 14)"
    "openmp:gcc, openmp, -Werror; examples, install, headers"
    "serial:gcc, serial"
    "clang:clang, openmp"
    "lambda:kernels as C++17 lambdas"
    "checked:checked: every index"
    "race:debug modes: eight planted bugs are named, the tests have none"
    "sim:the ladder on a simulated GPU, warps of 32 and 64"
    "cuda:CUDA compiles and links the ladder"
    "hip:HIP compiles and links the ladder"
    "asan:address and undefined-behaviour sanitizers"
    "tsan:thread sanitizer over launches (clang, libarcher)"
    "fuzz:fuzz the .npy reader"
    "python:the Python package, installed and tested with each Python"
    "coverage:coverage over serial, openmp, checked, race, sim"
)

run_stages() {
    local entry name title number=0 bad=0 start=$SECONDS wanted=("$@")
    if [ "${1:-}" = --list ]; then
        printf '%s\n' "${stages[@]/:/  }"
        return 0
    fi
    for name in "${wanted[@]}"; do
        if ! printf '%s\n' "${stages[@]}" | grep -q "^$name:"; then
            echo "run: stage = $name, expected one of: $(printf '%s ' "${stages[@]%%:*}")" >&2
            return 2
        fi
    done
    need test || return 1
    for entry in "${stages[@]}"; do
        name=${entry%%:*} title=${entry#*:}
        number=$((number + 1))
        if [ ${#wanted[@]} -gt 0 ] && ! printf '%s\n' "${wanted[@]}" | grep -qx "$name"; then
            continue
        fi
        counted_failure=0
        run_stage "$name" "[$number/${#stages[@]}] $title" || {
            bad=$((bad + 1))
            [ "$counted_failure" -eq 1 ] || failed=$((failed + 1))
        }
        if [ "$name" = coverage ]; then
            grep -E '^(lines|branches):' build/test/logs/coverage.log | sed 's/^/    /'
            echo "    what no test reaches: build/test/coverage/index.html"
        fi
    done
    echo "$((SECONDS - start)) s in all"
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$bad" -eq 0 ]
}

# What a stage sets holds for that stage only.
run_stage() {
    local build_target= ctest_arguments=() test_environment=("${test_environment[@]}") timed_note=
    timed "build/test/logs/$1.log" "$2" "stage_$1"
}
