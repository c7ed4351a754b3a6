# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""python -m granum export: a module's kernels as a C library: .c, .h and .so.

A kernel is exported when its annotations say what it takes: gr.Array[gr.f64, 2] for arrays, float,
int or gr.i32 for numbers. In C it is a function of a range, the arguments (Views in right layout)
and pointers to its results, which answers a gr_status. Indices are checked as in Python.
"""
import os
import re

from . import _config, toolchain
from .compiler import inspection, language, pipeline, types
from .compiler.stage7_entry import Unit
from .kernels import Kernel


class ExportError(ValueError):
    """A kernel that cannot be exported, or a module without kernels."""


def load(path):
    """The module in a Python file, and its name."""
    import importlib.util
    import sys

    name = os.path.splitext(os.path.basename(path))[0]
    if not os.path.exists(path):
        raise ExportError(f"{path}: not there, expected a Python file with kernels")
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(name, module)
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module, name


def kernels_of(module):
    """The kernels that a module defines, in the order of its lines."""
    found = [value for value in vars(module).values() if isinstance(value, Kernel)]
    return sorted(found, key=lambda kernel: kernel.function.__code__.co_firstlineno)


class Exported:
    """One kernel: what it takes, its code, its C prototype."""

    def __init__(self, kernel, prefix, unit):
        self.kernel = kernel
        self.pattern = inspection.pattern_of(kernel)
        self.rank = self._rank()
        names = kernel._arguments(self.pattern, self.rank)
        self.arguments = [(name, self._type(name)) for name in names]
        self.symbol = f"{prefix}_{kernel.__name__}"
        self.made = pipeline.compile_source(kernel.source_, kernel.scope, self.pattern, self.rank,
                                            tuple(code for _, code in self.arguments), kernel.options,
                                            f"gr_export_{self.symbol}", unit)
        self.record = self.made.record()

    def _rank(self):
        """Indices are the parameters in front that have no annotation."""
        rank = 0
        for name in self.kernel.parameters():
            if self.kernel._annotation(name) is not None:
                break
            rank += 1
        if self.pattern == "scan" or not any(self.kernel._annotation(name) is not None
                                             for name in self.kernel.parameters()):
            rank = min(rank, 1)
        if not 1 <= rank <= 6:
            raise ExportError(f"{self.kernel.__name__}() has {rank} parameters without annotation in front, expected "
                              f"1..6 indices")
        return rank

    def _type(self, name):
        mark = self.kernel._annotation(name)
        if isinstance(mark, language.ArrayOf) and mark.dtype is not None and mark.ndim:
            return (mark.dtype.name, mark.ndim, "C", False)
        if mark is not None and language.as_dtype(mark) is not None:
            return language.as_dtype(mark).name
        raise ExportError(f"{self.kernel.__name__}(): argument {name} is annotated as {mark!r}, expected "
                          f"gr.Array[dtype, rank] or a number's type, as in x: gr.Array[gr.f64, 1]")

    def prototype(self):
        words = [f"gr_range_{self.rank}d_policy range"]
        for name, code in self.arguments:
            words.append(f"gr_view{code[1]}_{code[0]} {name}" if isinstance(code, tuple)
                         else f"{types.DTYPES[code].c} {name}")
        words += [f"{types.DTYPES[code].c} *result{number}" for number, code in enumerate(self.record["results"])]
        return f"gr_status {self.symbol}({', '.join(words)})"

    def comment(self):
        effects = ", ".join(f"{name}: {what}" for name, what in self.record["effects"].items())
        line = self.kernel.function.__code__.co_firstlineno
        file = os.path.basename(self.kernel.function.__code__.co_filename)
        return f"/** {self.pattern} of {file}:{line}{'; ' + effects if effects else ''} */"

    def definition(self):
        """The C function: words from arguments, the entry, its faults as statuses."""
        lines = [f"{self.prototype()} {{", f"    int64_t w[{self._words() or 1}], *at = w;",
                 "    gr_py_fault fault = {0, 0, {0}, range.options.instance};", "    int32_t code;", "",
                 f"    for (int d = 0; d < {self.rank}; d++) {{",
                 "        *at++ = range.lo[d];", "        *at++ = range.hi[d];", "    }"]
        for name, code in self.arguments:
            if isinstance(code, tuple):
                lines.append(f"    *at++ = (int64_t)(intptr_t){name}.data;")
                for field in ("extent", "stride"):
                    lines.append(f"    for (int d = 0; d < {code[1]}; d++) *at++ = {name}.{field}[d];")
            elif types.DTYPES[code].kind == "f":
                lines.append(f"    at = word_of(at, (double){name});")
            elif types.DTYPES[code].kind == "c":
                lines += [f"    at = word_of(at, (double){name}.{part});" for part in ("re", "im")]
            else:
                lines.append(f"    *at++ = (int64_t){name};")
        lines += [f"    *at++ = (int64_t)(intptr_t)result{number};" for number in range(len(self.record["results"]))]
        lines += [f"    code = {self.made.entry}(w, &fault);", "    if (code == 0) {", "        return gr_fence();", "    }",
                  "    switch (code) {"]
        lines += self._cases()
        lines += ["    default: return gr_last_error()->status;", "    }", "}"]
        return "\n".join(lines)

    def _words(self):
        sizes = [1 + 2 * code[1] if isinstance(code, tuple) else 2 if types.DTYPES[code].kind == "c" else 1
                 for _, code in self.arguments]
        return 2 * self.rank + sum(sizes) + len(self.record["results"])

    def _cases(self):
        for number, (error, message, place) in enumerate(self.record["faults"]):
            text = _text(f"{os.path.basename(place[0])}:{place[1]}: {message}")
            yield f'    case {number + 1}: return GR_RAISE(GR_INVALID_ARG, "%s", "{text}");'
        for number, coded in enumerate(self.record["coded"]):
            if coded[0] == "access":
                _, array, dim, expression, place = coded
                place = f"{os.path.basename(place[0])}:{place[1]}"
                what = f"{place}: index {dim} of {array} = %lld in {expression}, expected 0..%lld"
                numbers = "(long long)fault.value[0], (long long)fault.value[1] - 1"
            else:
                _, array, dim, ndim, sites = coded
                expression, offset, place = sites[0]
                place = f"{os.path.basename(place[0])}:{place[1]}"
                what = (f"{place}: index {dim} of {array}: {expression} runs from %lld to %lld, expected 0..%lld")
                numbers = (f"(long long)fault.value[0] + {offset}, (long long)fault.value[1] + {offset}, "
                           f"(long long)fault.value[2] - 1")
            yield f'    case {100 + number}: return GR_RAISE(GR_OUT_OF_BOUNDS, "{_text(what, True)}", {numbers});'


def _text(text, is_format=False):
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text if is_format else text.replace("\n", " ")


def sources(kernels, prefix, header):
    """(C text, header text) of kernels."""
    options = {kernel.options.key() for kernel in kernels}
    if len(options) > 1:
        raise ExportError("kernels with different options, expected the same fast, checked and errors in one library")
    unit = Unit(kernels[0].options)
    exported = [Exported(kernel, prefix, unit) for kernel in kernels]
    guard = f"{re.sub('[^A-Z0-9]', '_', header.upper())}"
    declarations = "\n\n".join(f"{one.comment()}\nGR_API {one.prototype()};" for one in exported)
    head = (f"/* Written by python -m granum export, granum {_config.VERSION}. */\n#ifndef {guard}\n#define {guard}\n\n"
            f"#include <granum/granum.h>\n\nGR_EXTERN_C_BEGIN\n\n{declarations}\n\nGR_EXTERN_C_END\n\n#endif\n")
    word = ("static inline int64_t *word_of(int64_t *at, double value) {\n    __builtin_memcpy(at, &value, sizeof value);\n"
            "    return at + 1;\n}\n")
    # The line numbers before here are the Python file's.
    body = f"{unit.text()}\n#line 1 \"{header[:-2]}.c\"\n#include \"{header}\"\n{word}\n" + "\n\n".join(
        one.definition() for one in exported) + "\n"
    return f"/* Written by python -m granum export, granum {_config.VERSION}. */\n{body}", head


def export(path, output=None, names=()):
    """Write output.c, output.h and output.so for the kernels of a Python file; the three paths."""
    module, name = load(path)
    output = output or name
    kernels = kernels_of(module)
    for wanted in names:
        if wanted not in [kernel.__name__ for kernel in kernels]:
            raise ExportError(f"kernel = {wanted!r}, expected one of: {', '.join(k.__name__ for k in kernels) or 'none'}")
    if names:
        kernels = [kernel for kernel in kernels if kernel.__name__ in names]
    if not kernels:
        raise ExportError(f"{path} defines no kernel, expected functions with @granum.kernel")
    prefix = re.sub(r"\W", "_", os.path.basename(output))
    body, head = sources(kernels, prefix, os.path.basename(output) + ".h")
    paths = [output + ending for ending in (".c", ".h", ".so")]
    for file, text in zip(paths, (body, head)):
        with open(file, "w", encoding="utf-8") as out:
            out.write(text)
    toolchain.compile(None, os.path.abspath(paths[2]), keep_source=paths[0],
                      extra_flags=(f"-I{os.path.dirname(os.path.abspath(output))}",), rpath=True)
    return paths
