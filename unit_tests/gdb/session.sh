#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A session of gdb in a kernel: stop at a line of its body, see its indices and Views, step, go on.
#
# usage: session.sh PROGRAM SCRIPT SOURCE
set -u
program=$1 script=$2 source=$3
command -v gdb >/dev/null || { echo "no gdb: skipped"; exit 77; }
line_of() { grep -n "$1" "$source" | head -n 1 | cut -d : -f 1; }
inside=$(line_of 'in the kernel') after=$(line_of 'after the kernel')

found=$(gdb -q -nx -batch -ex "source $script" -ex "break program.c:$inside if i == 1 && j == 2" -ex run \
    -ex 'printf "%ld %ld %g\n", i, j, value' -ex 'print a' -ex next -ex 'print a.data[6]' \
    -ex delete -ex "break program.c:$after" -ex continue \
    -ex 'print a' -ex 'print b' -ex 'print c' -ex 'print none' "$program" 2>&1)

expect() {
    grep -qF -- "$1" <<<"$found" || { printf 'expected in the session:\n  %s\nfound:\n%s\n' "$1" "$found"; exit 1; }
}
expect '1 2 12'
expect 'gr_view2_f64_right "matrix" (3, 4) {0, 1, 2, 3, 10, 11, 0, 0, ...}'
expect '= 12'
expect 'gr_view2_f64_right "matrix" (3, 4) {0, 1, 2, 3, 10, 11, 12, 13, ...}'
expect 'gr_view1_i32_left "pair" (2,) {0, 7}'
expect 'gr_view0_f32_right "number" () {2.5}'
expect 'gr_view1_u8_right "" (0,) empty'
