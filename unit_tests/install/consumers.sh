#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Install to a fresh prefix, then build and run app.c the three ways that the README names; all must use the same
# kernel flags and print the same bits.
# usage: consumers.sh CMAKE SOURCE_DIR BUILD_DIR WORK_DIR CC [OTHER_CC...]
# Programs of the other compilers use the library that CC built.
set -eu
cmake=$1 source=$2 build=$3 work=$4 cc=$5
shift 5
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

export PKG_CONFIG_PATH=$libdir/pkgconfig
module_for() { case $("$1" --version) in *clang*) echo granum-clang ;; *) echo granum ;; esac }
# build_in_one_line WAY CC: what the README tells people to type.
build_in_one_line() {
    mkdir -p "$work/$1"
    # shellcheck disable=SC2046 # the words of pkg-config are separate arguments
    "$2" -O3 -o "$work/$1/app" "$here/app.c" $(pkg-config --cflags --libs "$(module_for "$2")") -lm
    "$work/$1/app" >"$work/$1.out"
}
module=$(module_for "$cc")
build_in_one_line pkg_config "$cc"
pkg-config --cflags "$module" | grep -oE '(^| )-f[a-z][^ ]*' | sed 's/^ *-/ -/' | sort -u | tr -d '\n' >"$work/pkg_config.flags"

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
for other in "$@"; do
    way=with_$(basename "$other")
    build_in_one_line "$way" "$other"
    echo "$way: $(cat "$work/$way.out")"
    cmp -s "$work/$way.out" "$work/find_package.out" || {
        echo "$way differs from find_package in out"
        status=1
    }
done
# The program on the README's first page, as a newcomer builds it.
awk "/^\`\`\`/ { inside = (\$0 == \"\`\`\`c\"); next } inside" "$source/README.md" >"$work/readme.c"
# shellcheck disable=SC2046
"$cc" -O3 -Wall -Wextra -Werror -o "$work/readme" "$work/readme.c" $(pkg-config --cflags --libs "$module")
if [ "$("$work/readme")" != 999985.60727327713 ]; then
    echo "the README's program printed $("$work/readme"), expected 999985.60727327713"
    status=1
fi
case $(cat "$work/find_package.flags") in
    *-ffp-contract=off*-fno-math-errno*-fno-trapping-math*-fopenmp*) ;;
    *)
        echo "kernel flags are missing in find_package"
        status=1
        ;;
esac

# clang without its OpenMP version must say what is missing.
if [ "$module" = granum-clang ] && [ "$("$cc" -dumpversion | cut -d. -f1)" -lt 16 ]; then
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
