# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How a kernel is compiled."""

from __future__ import annotations


class Options:
    """How a kernel is compiled.

    fast     C's arithmetic: no errors are looked for, x ** 2 is x * x, a * b + c may be fused
    checked  every index is checked when it is used
    errors   ZeroDivisionError and the like are raised after the launch
    """

    def __init__(self, fast=False, checked=False, errors=None):
        self.fast = bool(fast)
        self.checked = bool(checked)
        self.errors = (not fast) if errors is None else bool(errors)

    def key(self):
        """All of it, as a tuple."""
        return (self.fast, self.checked, self.errors)

    @classmethod
    def from_key(cls, key):
        return cls(*key)
