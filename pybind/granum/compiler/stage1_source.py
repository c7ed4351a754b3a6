# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 1: from a Python function to its text and syntax tree, with places in the user's file."""

from __future__ import annotations

import ast
import inspect
import textwrap

from .errors import KernelSyntaxError, Place


class Source:
    """A function's text and tree. Nodes carry the lines and columns of the user's file."""

    def __init__(self, text, filename, first_line, name, indent=0):
        self.text = text            # dedented, decorators included
        self.filename = filename
        self.first_line = first_line
        self.name = name
        self.indent = indent        # columns that dedenting removed
        self.lines = text.splitlines()
        self.node = self._parse()

    def _parse(self):
        try:
            module = ast.parse(self.text)
        except SyntaxError as error:
            raise KernelSyntaxError(
                "the source of %s does not parse: %s" % (self.name, error.msg),
                Place(self.filename, self.first_line),
                "define the kernel with a def statement of its own") from None
        for node in module.body:
            if isinstance(node, ast.FunctionDef):
                return node
            if isinstance(node, ast.AsyncFunctionDef):
                raise KernelSyntaxError("a kernel is not async", self.place(node))
        raise KernelSyntaxError(
            "%s is not defined by a def statement" % self.name,
            Place(self.filename, self.first_line, text=self.lines[0] if self.lines else ""),
            "a lambda has no name and no lines of its own: write def")

    def place(self, node):
        """Where a node stands in the user's file."""
        line = getattr(node, "lineno", 1)
        col = getattr(node, "col_offset", 0)
        text = self.lines[line - 1] if 0 < line <= len(self.lines) else ""
        end = getattr(node, "end_col_offset", None)
        if getattr(node, "end_lineno", line) != line:
            end = len(text)
        # ast counts bytes, people count characters
        raw = text.encode()
        col = len(raw[:col].decode(errors="ignore"))
        end = len(raw[:end].decode(errors="ignore")) if end is not None else col + 1
        return Place(self.filename, line + self.first_line - 1, col + self.indent,
                     end + self.indent, " " * self.indent + text)

    def line(self, node):
        return getattr(node, "lineno", 1) + self.first_line - 1


def from_function(function):
    """The Source of a function that inspect can find the text of."""
    code = function.__code__
    if function.__name__ == "<lambda>":
        raise KernelSyntaxError(
            "a lambda cannot be a kernel", Place(code.co_filename, code.co_firstlineno),
            "a lambda has no name and no lines of its own: write def")
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        raise KernelSyntaxError(
            "the source of %s is not to be found" % function.__name__,
            Place(code.co_filename, code.co_firstlineno),
            "code from exec() and the interactive prompt keeps no text: write the kernel in a "
            "file or a notebook, or give it by gr.kernel(source=text)") from None
    text = "".join(lines)
    dedented = textwrap.dedent(text)
    indent = len(lines[0]) - len(lines[0].lstrip())
    return Source(dedented, code.co_filename, max(first, 1), function.__name__, indent)


def from_text(text, filename="<kernel>", first_line=1):
    """The Source of the first function in a text."""
    dedented = textwrap.dedent(text)
    try:
        module = ast.parse(dedented)
    except SyntaxError as error:
        place = Place(filename, (error.lineno or 1) + first_line - 1, (error.offset or 1) - 1,
                      text=(error.text or "").rstrip("\n"))
        raise KernelSyntaxError("the source does not parse: %s" % error.msg, place) from None
    names = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
    return Source(dedented, filename, first_line, names[0] if names else "<kernel>")
