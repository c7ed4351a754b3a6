#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Install to a fresh prefix, then build and run app.c the three ways that the README names; all must use the same
# kernel flags and print the same bits.
# usage: consumers.sh CMAKE SOURCE_DIR BUILD_DIR WORK_DIR CC
set -eu
cmake=$1 source=$2 build=$3 work=$4 cc=$5
here=$source/unit_tests/install
prefix=$work/prefix
rm -rf "$work"
mkdir -p "$work"
"$cmake" --install "$build" --prefix "$prefix" >"$work/install.log"
libdir=$(dirname "$(find "$prefix" -name 'libgranum.so' -print -quit)")

# The -f flags of app.c in a build folder, sorted; the paths and the optimisation are the project's own.
flags_of() {
    grep '"command".*app\.c' "$1/compile_commands.json" | grep -oE ' -f[a-z][^ "]*' | grep -v prefix-map | sort -u | tr -d '\n'
}
build_with_cmake() {
    local way=$1
    shift
    "$cmake" -S "$here/$way" -B "$work/$way" -DCMAKE_C_COMPILER="$cc" -DCMAKE_BUILD_TYPE=Release \
        -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "$@" >"$work/$way.log"
    "$cmake" --build "$work/$way" --target app >>"$work/$way.log"
    flags_of "$work/$way" >"$work/$way.flags"
    "$work/$way/app" >"$work/$way.out"
}
build_with_cmake find_package -DCMAKE_PREFIX_PATH="$prefix"
build_with_cmake add_subdirectory -DGRANUM_SOURCE_DIR="$source"

module=granum
case $("$cc" --version) in *clang*) module=granum-clang ;; esac
export PKG_CONFIG_PATH=$libdir/pkgconfig
mkdir -p "$work/pkg_config"
# shellcheck disable=SC2046 # the words of pkg-config are separate arguments
"$cc" -O3 -o "$work/pkg_config/app" "$here/app.c" $(pkg-config --cflags --libs $module) -lm
pkg-config --cflags $module | grep -oE '(^| )-f[a-z][^ ]*' | sed 's/^ *-/ -/' | sort -u | tr -d '\n' >"$work/pkg_config.flags"
"$work/pkg_config/app" >"$work/pkg_config.out"

status=0
for way in find_package add_subdirectory pkg_config; do
    echo "$way:$(cat "$work/$way.flags"): $(cat "$work/$way.out")"
    for what in flags out; do
        if ! cmp -s "$work/$way.$what" "$work/find_package.$what"; then
            echo "$way differs from find_package in $what"
            status=1
        fi
    done
done
case $(cat "$work/find_package.flags") in
    *-ffp-contract=off*-fno-math-errno*-fno-trapping-math*-fopenmp*) ;;
    *)
        echo "kernel flags are missing in find_package"
        status=1
        ;;
esac

# clang without its OpenMP version must say what is missing.
if [ $module = granum-clang ] && [ "$("$cc" -dumpversion | cut -d. -f1)" -lt 16 ]; then
    # shellcheck disable=SC2046
    if "$cc" -O1 -fsyntax-only "$here/app.c" $(pkg-config --cflags granum) 2>"$work/version.log"; then
        echo "clang without -fopenmp-version=51 compiled app.c, expected an #error"
        status=1
    elif ! grep -q 'error.*-fopenmp-version=51' "$work/version.log"; then
        echo "clang without -fopenmp-version=51 does not name the flag:"
        head -3 "$work/version.log"
        status=1
    fi
fi
exit $status
