# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is wrong with a kernel, and where: errors that show the line with a caret, and a hint."""

from __future__ import annotations


class Place:
    """A piece of the user's source: one line of it, from column `col` to `end` (0-based)."""

    __slots__ = ("filename", "line", "col", "end", "text")

    def __init__(self, filename, line, col=0, end=None, text=""):
        self.filename = filename
        self.line = line
        self.col = col
        self.end = col + 1 if end is None else end
        self.text = text

    def at(self):
        """File, line and column."""
        return "%s:%d:%d" % (self.filename, self.line, self.col + 1)

    def show(self):
        """The line with carets under the piece, without its indentation."""
        text = self.text.expandtabs(1)
        stripped = text.lstrip()
        if not stripped:
            return ""
        indent = len(text) - len(stripped)
        start = max(self.col - indent, 0)
        length = max(min(self.end, len(text.rstrip())) - self.col, 1)
        return "    %s\n    %s%s" % (stripped.rstrip(), " " * start, "^" * length)


class KernelError(Exception):
    """Base of what the compiler raises; `filename`, `line`, `column`, `text` and `hint` say where
    and what to do."""

    def __init__(self, message, place=None, hint=None):
        super().__init__(message, place, hint)
        self.message = message
        self.place = place
        self.hint = hint

    @property
    def filename(self):
        return self.place.filename if self.place else None

    @property
    def line(self):
        return self.place.line if self.place else None

    @property
    def column(self):
        """1-based."""
        return self.place.col + 1 if self.place else None

    @property
    def text(self):
        return self.place.text if self.place else None

    def __str__(self):
        lines = [self.message]
        if self.place:
            lines[0] = "%s:%d:%d: %s" % (
                self.place.filename, self.place.line, self.place.col + 1, self.message)
            shown = self.place.show()
            if shown:
                lines.append(shown)
        if self.hint:
            lines.append("hint: " + self.hint)
        return "\n".join(lines)

    def __reduce__(self):
        place = self.place
        if place is not None:
            place = (place.filename, place.line, place.col, place.end, place.text)
        return _rebuild, (type(self), self.message, place, self.hint)


def _rebuild(cls, message, place, hint):
    return cls(message, Place(*place) if place else None, hint)


class KernelSyntaxError(KernelError):
    """The kernel says something that the language does not have."""


class KernelTypeError(KernelError, TypeError):
    """The types of arguments and expressions do not fit."""


class KernelCompileError(KernelError):
    """The C compiler refused the generated code, or there is none."""


class BoundsError(KernelError, IndexError):
    """An index leaves its array."""
