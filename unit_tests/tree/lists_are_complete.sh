#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Every header and source below core, views and backends is in a CMake list, and every unit test is registered:
# a file that nobody lists is a file that nobody tests.
# usage: lists_are_complete.sh SOURCE_DIR
set -u
cd "$1" || exit 1
missing=0
expect() { # FILE TEXT LIST...
    if ! grep -qF "$2" "${@:3}"; then
        echo "$1 is not in ${*:3}, expected \"$2\" there"
        missing=$((missing + 1))
    fi
}
for folder in core views backends; do
    while IFS= read -r file; do
        # Every backend has a header of its name; the list says so once.
        case $file in backends/*/include/granum/backends/*.h) continue ;; esac
        expect "$file" "${file#"$folder"/}" "$folder/CMakeLists.txt"
    done < <(find "$folder" -path '*/include/*.h' -o -path '*/src/*.c')
done
while IFS= read -r file; do
    expect "$file" "$(basename "$file" .c)" unit_tests/CMakeLists.txt unit_tests/kernels.cmake
done < <(find unit_tests -maxdepth 1 -name 'test_*.c')
while IFS= read -r file; do
    expect "$file" "$(basename "$file" .c)" unit_tests/ladder/CMakeLists.txt
done < <(find unit_tests/ladder -name '[0-9]*.c')
[ "$missing" -eq 0 ] && echo "every file is listed"
