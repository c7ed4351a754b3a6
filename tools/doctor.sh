#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The part of ./run doctor that works with nothing built: tools, compilers, missing packages.
# usage: doctor.sh
set -u
# shellcheck source=tools/packages.sh
. "$(dirname "$0")/packages.sh"

# shellcheck source=/dev/null
[ -r /etc/os-release ] && echo "system          $(. /etc/os-release && echo "$PRETTY_NAME"), Linux $(uname -r), $(uname -m)"
for tool in gcc clang clang-15 cmake ninja ccache gcovr clang-format-14 python3; do
    if command -v "$tool" >/dev/null; then
        echo "tool            $tool: $("$tool" --version 2>&1 | head -n 1)"
    else
        echo "tool            $tool: not here"
    fi
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
printf 'int main(void) {\n#pragma omp parallel\n    {\n    }\n    return 0;\n}\n' >"$scratch/omp.c"
for compiler in gcc clang clang-15; do
    command -v "$compiler" >/dev/null || continue
    if "$compiler" -fopenmp "$scratch/omp.c" -o "$scratch/omp" 2>/dev/null && "$scratch/omp"; then
        echo "OpenMP          $compiler -fopenmp: works"
    else
        echo "OpenMP          $compiler -fopenmp: does not link or run"
    fi
done
if command -v dpkg-query >/dev/null; then
    for command in demo bench test; do
        missing=$(missing_packages "$command")
        echo "packages        ./run $command: ${missing:-all here}${missing:+ missing}"
    done
fi
