#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The library exports nothing but gr_* names.
# usage: exported_symbols.sh LIBRARY
set -u
symbols=$(nm -D --defined-only "$1" | awk '{print $NF}' | sed 's/@.*//') || exit 1
others=$(grep -Ev '^gr_' <<<"$symbols")
count=$(grep -c '^gr_' <<<"$symbols")
if [ -n "$others" ]; then
    printf 'exported without gr_:\n%s\n' "$others"
    exit 1
fi
echo "$count symbols, all gr_*"
[ "$count" -gt 0 ]
