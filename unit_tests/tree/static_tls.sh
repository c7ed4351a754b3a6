#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# The library's thread-local storage is small: all of it must fit into what is left of the static block when the library
# is loaded late, as Python does (glibc keeps 1.6 KB for every such library of the process together).
# usage: static_tls.sh LIBRARY
set -u
size=$(readelf -lW "$1" | awk '$1 == "TLS" {print $6}')
bytes=$((${size:-0}))
echo "$bytes bytes of thread-local storage, at most 512"
[ "$bytes" -le 512 ]
