#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# docs/porting-a-backend.md names each primitive that the devices' algorithms use, each function of a vendor's table, and
# nothing else that looks like one.
# usage: porting_page.sh SOURCE_DIR
set -u
cd "$1" || exit 1
page=docs/porting-a-backend.md
wrong=0
complain() {
    echo "$page: $1"
    wrong=$((wrong + 1))
}
# What backends/gpu makes of primitives itself is no vendor's.
used=$(grep -rhoE 'gr_impl_dev_[a-z_]+|gr_impl_gpu_(run|resident)\b' backends/gpu |
    grep -vxE 'gr_impl_dev_(miss|replace)' | sort -u)
named=$(grep -oE '`(gr_impl_dev_[a-z_]+|gr_impl_gpu_(run|resident))' "$page" | tr -d '`' | sort -u)
for name in $(comm -23 <(echo "$used") <(echo "$named")); do
    complain "expected \`$name\`, which backends/gpu uses"
done
for name in $(comm -13 <(echo "$used") <(echo "$named")); do
    complain "\`$name\` is used by nothing in backends/gpu"
done
functions=$(sed -n '/^typedef struct gr_impl_device_table {/,/^} gr_impl_device_table;/p' backends/include/granum/impl/device.h |
    sed -nE 's/^    [a-z][^(]*\(\*([a-z_]+)\)\(.*/\1/p' | sort -u)
[ "$(wc -w <<<"$functions")" -gt 20 ] || complain "the table was not found in backends/include/granum/impl/device.h"
for name in $functions; do
    grep -qF "\`$name\`" "$page" || complain "expected \`$name\`, a function of the table"
done
[ "$wrong" -eq 0 ] && echo "each primitive and each function of the table is named"
