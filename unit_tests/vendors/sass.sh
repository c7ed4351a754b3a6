#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# What the compiler made of granum's own kernels: 128-bit loads and stores in copies and fills of aligned words, and no stack,
# no local memory and no spills in ranges, reductions and scans; no division in loops of several dimensions. cuobjdump needs nvdisasm beside it.
# usage: sass.sh CUOBJDUMP LIBRARY PROGRAM...
set -u
cuobjdump=$1 library=$2
shift
PATH=$(dirname "$cuobjdump"):$PATH
wrong=0

# Each kernel of 16-byte words has these instructions, in every architecture.
sass=$("$cuobjdump" -sass "$library" 2>/dev/null)
for want in "fill_kernel STG.E.128" "copy_kernel LDG.E.128" "copy_kernel STG.E.128" "turn_kernel LDG.E.128" "turn_kernel STG.E.128"; do
    kernel=${want% *} instruction=${want#* }
    missing=$(echo "$sass" | awk -v kernel="gr_impl_${kernel}I15gr_impl_word_16" -v instruction="$instruction" '
        /Function :/ { if (inside && !seen) missing++; inside = index($0, kernel) > 0; seen = 0; found += inside }
        inside && index($0, instruction) { seen = 1 }
        END { if (inside && !seen) missing++; print found ? missing + 0 : "no kernel" }')
    if [ "$missing" != 0 ]; then
        echo "$library: $instruction in gr_impl_$kernel of 16-byte words: missing in $missing, expected in all"
        wrong=1
    fi
done

# A body may keep what it likes; ours keep nothing in memory. Teams of many threads hold arrays of the user's.
for program in "$@"; do
    spilled=$("$cuobjdump" -res-usage "$program" 2>/dev/null | awk '
        /Function/ { kernel = $2 }
        /STACK:/ { match($0, /STACK:[0-9]+/); stack = substr($0, RSTART + 6, RLENGTH - 6)
                   match($0, /LOCAL:[0-9]+/); local = substr($0, RSTART + 6, RLENGTH - 6)
                   if (local > 0 || (stack > 0 && kernel ~ /gr_impl_(gpu_for|gpu_reduce|gpu_scan|copy|fill|turn)/))
                       print kernel " stack " stack " local " local }')
    if [ -n "$spilled" ]; then
        echo "$(basename "$program"): kernels with local memory, expected none:"
        echo "$spilled" | cut -c1-200 | head -5
        wrong=1
    fi
    # Divisions of 64 bits are calls. The bodies of the ladder have none.
    called=$("$cuobjdump" -sass "$program" 2>/dev/null | awk '
        /Function :/ { kernel = $3 }
        /CALL/ && kernel ~ /gr_impl_gpu_forILi[2-6]/ { print kernel }' | sort -u)
    if [ -n "$called" ]; then
        echo "$(basename "$program"): loops of several dimensions with calls, expected none:"
        echo "$called" | cut -c1-200 | head -5
        wrong=1
    fi
done
exit $wrong
