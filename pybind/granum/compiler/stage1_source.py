# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 1: from a Python function to its text and syntax tree, with places in the user's file."""

from __future__ import annotations

import ast
import linecache

from .errors import KernelSyntaxError, Place


class Source:
    """A function's text and tree. Nodes carry the lines and columns of the user's file."""

    def __init__(self, text, filename, first_line, name, indent=0, module=None):
        self.text = text            # dedented, decorators included
        self.filename = filename
        self.first_line = first_line
        self.name = name
        self.indent = indent        # columns that dedenting removed
        self.lines = text.splitlines()
        self.names = None           # what it looks up outside of itself; stage 2 notes it
        self.attributes = None      # {name: attributes looked up in it}
        self.rewritten = {}         # {accumulators: code} for launches that CPython runs
        self.node = self._parse(module)

    def _parse(self, module):
        try:
            module = module or ast.parse(self.text)
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
        text = linecache.getline(code.co_filename, code.co_firstlineno).rstrip("\n")
        col = max(text.find("lambda"), 0)
        raise KernelSyntaxError(
            "a lambda cannot be a kernel",
            Place(code.co_filename, code.co_firstlineno, col, col + 6, text),
            "a lambda has no name and no lines of its own: write def")
    lines, module = _lines_of(code)
    if lines is None:
        raise KernelSyntaxError(
            "the source of %s is not to be found" % function.__name__,
            Place(code.co_filename, code.co_firstlineno),
            "code from exec() and the interactive prompt keeps no text: write the kernel in a "
            "file or a notebook, or give it by gr.kernel(source=text)")
    indent = len(lines[0]) - len(lines[0].lstrip())
    return Source(dedent("".join(lines), indent), code.co_filename, code.co_firstlineno,
                  function.__name__, indent, module)


def dedent(text, indent):
    """A text without the indentation of its first line."""
    if indent == 0:
        return text
    return "".join(line[indent:] if not line[:indent].strip() else line.lstrip()
                   for line in text.splitlines(keepends=True))


def _lines_of(code):
    """(lines of a function from its first decorator on, their tree), each None if there is none.
    (inspect would find the lines too, but its import costs more than all of this.)"""
    linecache.checkcache(code.co_filename)
    lines = linecache.getlines(code.co_filename)
    first, last = code.co_firstlineno, _last_line(code)
    if not 0 < first <= last <= len(lines):
        return None, None
    # Python 3.13 keeps the text of python -c as that of all code from strings
    if code.co_filename == "<string>" and not any(
            line.lstrip().startswith("def %s(" % code.co_name) for line in lines[first - 1:last]):
        return None, None
    found = lines[first - 1:last]
    indent = len(found[0]) - len(found[0].lstrip())
    # the last statement may go on: a bracket that closes, a string that ends
    for extra in range(200):
        try:
            return found, ast.parse(dedent("".join(found), indent))
        except SyntaxError:
            if last + extra >= len(lines):
                break
            found = lines[first - 1:last + extra + 1]
    return lines[first - 1:last], None


def _last_line(code):
    last = code.co_firstlineno
    for _, _, line in code.co_lines():
        last = max(last, line or 0)
    for constant in code.co_consts:
        if hasattr(constant, "co_lines"):
            last = max(last, _last_line(constant))
    return last


def parameters_of(node):
    """The parameters of a function, ast.arg, in their order."""
    return node.args.posonlyargs + node.args.args + node.args.kwonlyargs


def defaults_of(function):
    """{parameter: default} of a function of Python's."""
    code, values = function.__code__, function.__defaults__ or ()
    names = code.co_varnames[:code.co_argcount]
    return {**dict(zip(names[len(names) - len(values):], values)),
            **(function.__kwdefaults__ or {})}


def outside_of_body(node):
    """(names, parameters, attributes) of a function's decorators, annotations and defaults."""
    args = node.args
    parameters = dict.fromkeys(arg.arg for arg in parameters_of(node))
    names, attributes = {}, {}
    roots = [*node.decorator_list, *args.defaults, *(d for d in args.kw_defaults if d),
             *([node.returns] if node.returns else [])]
    for arg in parameters_of(node):
        note = arg.annotation
        if isinstance(note, ast.Constant) and isinstance(note.value, str):
            try:
                note = ast.parse(note.value, mode="eval").body
            except SyntaxError:
                note = None
        if note is not None:
            roots.append(note)
    for root in roots:
        for inner in ast.walk(root):
            if isinstance(inner, ast.Name):
                names[inner.id] = None
            elif isinstance(inner, ast.Attribute):
                note_attribute(inner, attributes)
    return names, parameters, attributes


def note_attribute(node, attributes):
    """Add ("b", "c") of a.b.c to {name: chains of attributes that are looked up in it}."""
    chain = []
    while isinstance(node, ast.Attribute):
        chain.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        chains = attributes.setdefault(node.id, [])
        if tuple(chain) not in chains:
            chains.append(tuple(chain))


def evaluate(node, scope):
    """What an annotation of names, attributes and subscripts means, or None."""
    try:
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                return evaluate(ast.parse(node.value, mode="eval").body, scope)
            return node.value
        if isinstance(node, ast.Name):
            return scope.find(node.id)[1]
        if isinstance(node, ast.Attribute):
            return getattr(evaluate(node.value, scope), node.attr, None)
        if isinstance(node, ast.Tuple):
            return tuple(evaluate(e, scope) for e in node.elts)
        if isinstance(node, ast.Subscript):
            return evaluate(node.value, scope)[evaluate(node.slice, scope)]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -evaluate(node.operand, scope)
        if isinstance(node, ast.Call):
            return evaluate(node.func, scope)(
                *[evaluate(a, scope) for a in node.args],
                **{k.arg: evaluate(k.value, scope) for k in node.keywords})
    except (TypeError, SyntaxError, KeyError):
        pass
    return None


def from_text(text, filename="<kernel>", first_line=1):
    """The Source of the first function in a text."""
    text = text.lstrip("\n")
    dedented = dedent(text, len(text) - len(text.lstrip()))
    try:
        module = ast.parse(dedented)
    except SyntaxError as error:
        place = Place(filename, (error.lineno or 1) + first_line - 1, (error.offset or 1) - 1,
                      text=(error.text or "").rstrip("\n"))
        raise KernelSyntaxError("the source does not parse: %s" % error.msg, place) from None
    names = [node.name for node in module.body if isinstance(node, ast.FunctionDef)]
    return Source(dedented, filename, first_line, names[0] if names else "<kernel>")
