# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3: what is known before a kernel runs and is no number."""

from __future__ import annotations

import enum


class Static:
    """Something known before the kernel runs that is not a number: a module, function, type."""

    def __init__(self, value):
        self.value = value


def is_member(value):
    """Whether an object is a member of an enumeration that is no number itself."""
    return isinstance(value, enum.Enum) and not isinstance(value, (int, float))


def wrap(value, bits=64, signed=True):
    """An int as so many bits of two's complement hold it."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value
