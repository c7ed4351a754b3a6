# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How a kernel is compiled."""

from __future__ import annotations

import os

from ..toolchain import DEVICES

DEBUG = ("bounds", "nan", "overflow", "each")

# Debug modes of the library that look at what iterations do: they run one after the other then.
MODES = ("order", "race", "uninit")


class Options:
    """How a kernel is compiled.

    fast     C's arithmetic: no errors are looked for, x ** 2 is x * x, a * b + c may be fused
    checked  every index is checked when it is used
    errors   ZeroDivisionError and the like are raised after the launch
    debug    words of: "bounds" (as checked), "nan" (a NaN that is assigned to an element or an
             accumulator), "overflow" (an integer that wraps), "each" (the first ten errors of a
             launch are printed while it goes on, and how many there were); $GRANUM_DEBUG adds
             its own
    space    where it runs: "host", or a device's ("sim"), whose file is compiled as C++17
    """

    modes = ()

    def __init__(self, fast=False, checked=False, errors=None, debug=(), space="host"):
        self.space = space
        words = debug.replace(",", " ").split() if isinstance(debug, str) else list(debug)
        for word in words:
            if word not in DEBUG:
                raise ValueError("debug = %r, expected words of %s" % (word, ", ".join(DEBUG)))
        words += [w for w in os.environ.get("GRANUM_DEBUG", "").replace(",", " ").split()
                  if w in DEBUG]
        self.debug = tuple(w for w in DEBUG if w in words)
        self.fast = bool(fast)
        self.checked = bool(checked) or "bounds" in self.debug
        self.errors = (not fast) if errors is None else bool(errors)

    def under(self, modes):
        """The same, for the debug modes in force: with words of them that change the code."""
        finds_nan = "nan" in modes and "nan" not in self.debug
        modes = tuple(w for w in modes if w in MODES) if self.space == "host" else ()
        if not modes and not finds_nan:
            return self
        made = Options(*self.key())
        made.modes = modes
        made.debug = tuple(w for w in DEBUG if w in self.debug or (w == "nan" and finds_nan))
        return made

    @property
    def instrumented(self):
        """Whether the compiled kernel says what it reads and writes."""
        return "race" in self.modes or "uninit" in self.modes

    def key(self):
        """All of it, as a tuple."""
        return (self.fast, self.checked, self.errors, self.debug, self.space)

    @property
    def on_device(self):
        """Whether the kernels are a file of their own, apart from the C that launches them."""
        return self.space in DEVICES

    def on(self, space):
        """The same, for another space."""
        return Options(*self.key()[:-1], space)

    @classmethod
    def from_key(cls, key):
        return cls(*key)
