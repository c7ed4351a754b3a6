#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# doctor notices one allowed core and too many threads, and prints every line that the README promises.
# usage: test_doctor.sh DOCTOR
set -u
status=0
expect() {
    if ! grep -qE "$2" <<<"$1"; then
        printf 'expected a line with "%s" in:\n%s\n' "$2" "$1"
        status=1
    fi
}
plain=$("$1") || exit 1
for word in processor vectors caches memory cores compiler threads "odd here"; do
    expect "$plain" "^$word"
done
first=$(taskset -pc $$ | grep -oE '[0-9]+' | sed -n 2p)
crowded=$(OMP_NUM_THREADS=4096 taskset -c "$first" "$1")
expect "$crowded" "oversubscription: 4096 threads on 1 core"
if [ "$(getconf _NPROCESSORS_ONLN)" -gt 1 ]; then
    expect "$crowded" "affinity to one core of"
fi
exit $status
