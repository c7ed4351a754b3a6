#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Wrong programs are rejected by the compiler, with our own text where we can put one.
# usage: check.sh LIST BACKEND host|lambda COMPILER...     LIST: "include FOLDER" lines, written by CMake
#
# Each .c file here begins with "expect: TEXT" (a part of the compiler's output, or "any" where only rejection can be
# pinned) and may say "form: lambda" (or host, the default, or all): the expansions that see the mistake.
# With -DFIXED the same file must compile, so that it is the mistake that is rejected and nothing else.
set -u
cd "$(dirname "$0")" || exit 1
list=$1 backend=$2 form=$3
shift 3
flags=(-c -o /dev/null -O1 -fopenmp -Wall -Wextra "-DGR_IMPL_BACKEND_HEADER=<granum/backends/$backend.h>")
while read -r word folder; do
    [ "$word" = include ] && flags+=(-I "$folder")
done <"$list"

checked=0 failures=0
fail() {
    printf '%s\n' "$@"
    failures=$((failures + 1))
}
for compiler in "$@"; do
    version=() family=gcc
    case $("$compiler" --version) in *clang*) version=(-fopenmp-version=51 -Wno-pass-failed) family=clang ;; esac
    case $form in
        host) language=(-x c -std=c11) ;;
        lambda) language=(-x c++ -std=c++17 -include math.h -include stdlib.h) ;;
    esac
    for file in *.c; do
        expected=$(sed -nE 's/^.*expect: (.*[^ ]) *(\*\/)?$/\1/p;' "$file" | head -n 1 | sed 's/ *\*\/$//')
        seen_by=$(sed -nE 's/^.*form: ([a-z]+).*$/\1/p' "$file" | head -n 1)
        case ${seen_by:-host} in
            all | "$form") ;;
            *) continue ;;
        esac
        if grep -q "compiler: gcc" "$file" && [ $family = clang ]; then
            continue
        fi
        command=("$compiler" "${language[@]}" "${flags[@]}" "${version[@]}")
        checked=$((checked + 1))
        if output=$("${command[@]}" "$file" 2>&1); then
            fail "$file: accepted by $compiler, expected: $expected"
        elif [ "$expected" != any ] && ! grep -qF -- "$expected" <<<"$output"; then
            fail "$file: rejected by $compiler without \"$expected\":" "$output"
        fi
        if ! output=$("${command[@]}" -Werror -DFIXED "$file" 2>&1); then
            fail "$file with -DFIXED: expected $compiler to accept it:" "$output"
        fi
    done
    # Kernels of the host's backends are C: the first error in a C++ file says so.
    if [ "$form" = host ]; then
        checked=$((checked + 1))
        output=$("$compiler" -x c++ -std=c++17 "${flags[@]}" "${version[@]}" -DFIXED for_without_policy.c 2>&1)
        grep -F -m 1 error: <<<"$output" | grep -qF "kernels of this backend are C, expected them in a .c file" ||
            fail "for_without_policy.c as C++: not rejected by $compiler for its language:" "$output"
    fi
done
echo "$checked checked, $failures failures"
[ "$checked" -gt 0 ] && [ "$failures" -eq 0 ]
