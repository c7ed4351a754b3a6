#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Write docs/python-api.md from the docstrings of the installed package.

usage: python_api.py [FILE]     without FILE the page is printed
"""
import inspect
import sys

import granum as gr

HEAD = """# The Python interface, name by name

This page is made from the docstrings by `tools/python_api.py`.
[granum from Python](python.md) is a tutorial, [the language of Python kernels](python-language.md) says what a kernel may say.
All names are those of `import granum as gr`.
"""

# (heading, words in front, names). Every public name is in one of them.
GROUPS = [
    ("Launches", "", ["parallel_for", "parallel_reduce", "parallel_scan", "fence"]),
    ("Ranges", "A range of a launch is an int, a tuple of ints, or one of these.", ["range", "mdrange", "team", "on"]),
    ("Instances and graphs", "", ["Instance", "partition", "Graph", "Node"]),
    ("Kernels", "", ["kernel", "function", "Kernel", "Function"]),
    ("Accumulators", "Annotations of the parameters that a reduction or a scan combines into.",
     ["Acc", "Sum", "Prod", "Min", "Max", "MinLoc", "MaxLoc", "All", "Any", "BitAnd", "BitOr", "Reducer"]),
    ("Types of numbers", "Booleans, integers with and without sign, floats and complex numbers by their bits: as "
     "annotations, as `dtype`, and called in kernels to convert.",
     ["bool_", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64", "c64", "c128", "Array"]),
    ("In kernels", "", ["local", "fma"]),
    ("Atomics", "On one element: `x[i]` is `index = i`, `x[i, j]` is `index = (i, j)`.", ["atomic_add", "atomic_sub", "atomic_mul", "atomic_min", "atomic_max", "atomic_and", "atomic_or",
                     "atomic_xor", "atomic_exchange", "atomic_compare_exchange"]),
    ("Teams", "In kernels over `gr.team(...)`; `t` is the kernel's index.",
     ["team_range", "thread_range", "vector_range", "team_barrier", "team_single", "team_scratch"]),
    ("Views", "", ["View"]),
    ("The library", "", ["initialize", "finalize", "is_initialized", "num_threads", "configuration", "print_configuration", "memory",
                         "memory_used", "memory_peak"]),
    ("Errors", "", ["Error", "KernelError", "KernelSyntaxError", "KernelTypeError", "KernelCompileError", "BoundsError"]),
]
NOT_DOCUMENTED = {"source"}  # of the loader in a build tree
INTERNAL = {("Function", "infer")}


def text_of(thing):
    """A docstring as Markdown: what is aligned in columns stays so."""
    lines = inspect.cleandoc(thing.__doc__ or "").splitlines()
    out, table = [], []
    for line in [*lines, ""]:
        if "  " in line.strip() or (table and line.startswith(" ")):
            table.append(line)
            continue
        if table:
            out += ["```text", *table, "```"]
            table = []
        out.append(line)
    return "\n".join(out).strip()


def signature_of(name, thing):
    try:
        words = str(inspect.signature(thing))
    except (TypeError, ValueError):
        return name
    return name + words.replace("(type, ", "(").replace("(self, /)", "()").replace("(self, /, ", "(").replace("(self, ", "(").replace("(self)", "()")


def members_of(thing):
    """(name, descriptor) of a class's own public members."""
    found = {}
    for base in reversed(thing.__mro__[:-1]):
        found.update((name, value) for name, value in vars(base).items() if not name.startswith("_") and (
            inspect.isroutine(value) or inspect.isdatadescriptor(value) or isinstance(value, (classmethod, staticmethod))))
    return [(name, value) for name, value in sorted(found.items())
            if text_of(value) and (thing.__name__, name) not in INTERNAL]


def entry(name):
    thing = getattr(gr, name)
    if not inspect.isclass(thing):
        callable_ = inspect.isroutine(thing)
        return [f"### gr.{signature_of(name, thing) if callable_ else name}", "", text_of(thing), ""]
    if issubclass(thing, Exception):
        base = thing.__mro__[1]
        said = base.__name__ if base.__module__ == "builtins" else f"gr.{base.__name__}"
        return [f"### gr.{name}({said})", "", text_of(thing), ""]
    lines = [f"### class gr.{signature_of(name, thing) if name in ('View', 'team') else name}", "", text_of(thing), ""]
    members = members_of(thing)
    if members:
        lines += ["| member | |", "| --- | --- |"]
        for member, value in members:
            function = getattr(value, "__func__", value)
            shown = signature_of(member, function if inspect.isroutine(function) else None)
            lines.append(f"| `{shown}` | {' '.join(text_of(function).split())} |".replace("\\", "\\\\"))
        lines.append("")
    return lines


def page():
    lines = [HEAD]
    named = [name for _, _, names in GROUPS for name in names]
    public = {name for name in dir(gr) if not name.startswith("_") and not inspect.ismodule(getattr(gr, name))}
    assert len(named) == len(set(named)), "a name is in two groups"
    assert set(named) == public - NOT_DOCUMENTED, set(named) ^ (public - NOT_DOCUMENTED)
    for heading, words, names in GROUPS:
        lines += [f"## {heading}", "", *([words, ""] if words else [])]
        if heading in ("Accumulators", "Types of numbers"):
            shared = [name for name in names if type(getattr(gr, name)) is type(getattr(gr, names[0]))]
            lines += [", ".join(f"`gr.{name}`" for name in shared), ""]
            if heading != "Types of numbers":
                lines += [text_of(getattr(gr, shared[0])), ""]
            names = [name for name in names if name not in shared]
        for name in names:
            lines += entry(name)
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(page())
    else:
        print(page(), end="")
