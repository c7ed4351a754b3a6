# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compile generated C with gcc and call its entries through ctypes: the compiler's tests need
neither the extension nor the cache."""

from __future__ import annotations

import ctypes
import os
import pathlib
import struct
import subprocess

import numpy as np
from granum import _config

# What the package itself compiles with, installed or in a build tree.
INCLUDES = _config.INCLUDES
LIBRARY = pathlib.Path(_config.LIBRARY)


class Fault(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int32), ("line", ctypes.c_int32),
                ("value", ctypes.c_int64 * 6), ("instance", ctypes.c_uint64)]


def compile_c(text, folder, name="unit", flags=(), optimise="-O2", compiler=None):
    """The ctypes library of a C text; optimise is None where the flags say it."""
    source = pathlib.Path(folder) / (name + ".c")
    library = pathlib.Path(folder) / (name + ".so")
    source.write_text(text)
    command = [compiler or os.environ.get("CC", "gcc"), "-Wall", *flags, *((optimise,) if optimise else ()),
               "-march=native", "-fPIC", "-shared", "-Wno-unused", "-Wno-tautological-compare", "-Wno-maybe-uninitialized", "-Wno-misleading-indentation",
               *["-I%s" % p for p in INCLUDES], str(source), "-o", str(library),
               str(LIBRARY), "-Wl,-rpath,%s" % LIBRARY.parent, "-lm"]
    made = subprocess.run(command, capture_output=True, text=True)
    assert made.returncode == 0 and "warning" not in made.stderr, "%s\nin %s" % (made.stderr, source)
    return ctypes.CDLL(str(library))


def bits(value):
    return struct.unpack("q", struct.pack("d", value))[0]


def code_of(value):
    """The word of an argument in a signature."""
    if value is None:
        return "none"
    if isinstance(value, np.ndarray):
        name = {"bool": "bool", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64",
                "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64",
                "float32": "f32", "float64": "f64", "complex64": "c64",
                "complex128": "c128"}[value.dtype.name]
        layout = "C" if value.flags.c_contiguous else "F" if value.flags.f_contiguous else "S"
        return (name, value.ndim, layout, not value.flags.writeable)
    if isinstance(value, (bool, np.bool_)):
        return "bool"
    if isinstance(value, np.generic) and not isinstance(value, (np.float64, np.complex128,
                                                                np.int64)):
        return code_of(value.reshape(1))[0]
    if isinstance(value, int) or isinstance(value, np.int64):
        return "i64"
    if isinstance(value, float):
        return "f64"
    return "c128"


def words_of(value):
    if value is None:
        return []
    if isinstance(value, np.ndarray):
        return [value.ctypes.data, *value.shape, *[s // value.itemsize for s in value.strides]]
    if isinstance(value, (complex, np.complexfloating)):
        return [bits(value.real), bits(value.imag)]
    if isinstance(value, (float, np.floating)):
        return [bits(float(value))]
    value = int(value)
    return [value - (1 << 64) if value >= 1 << 63 else value]


def call(library, spec, ranges, args):
    """(code, fault, results) of a launch."""
    words = [w for lo, hi in ranges for w in (lo, hi)]
    for arg in args:
        words += words_of(arg)
    results = [(ctypes.c_int64 * 2)() for _ in spec.results]
    words += [ctypes.addressof(r) for r in results]
    assert len(words) == spec.words, (len(words), spec.words)
    fault = Fault()
    entry = getattr(library, spec.entry)
    entry.restype = ctypes.c_int32
    code = entry((ctypes.c_int64 * len(words))(*words), ctypes.byref(fault))
    values = []
    for kind, raw in zip(spec.results, results):
        data = bytes(raw)
        form = {"f64": "d", "f32": "f", "i64": "q", "u64": "Q", "bool": "?", "c128": "dd",
                "c64": "ff"}[kind]
        number = struct.unpack_from(form, data)
        values.append(complex(*number) if kind[0] == "c" else number[0])
    return code, fault, values


def run(kernel, pattern, ranges, *args, folder, optimise="-O2"):
    """Compile a gr.kernel for these arguments and launch it: (error or None, results)."""
    from granum.compiler import pipeline
    spec = pipeline.compile_kernel(kernel, pattern, len(ranges), tuple(map(code_of, args)))
    library = compile_c(spec.c_source, folder, spec.name, pipeline.REQUIRED_FLAGS, optimise)
    code, fault, values = call(library, spec, ranges, args)
    if code == 0:
        return None, values
    assert code > 0, "the launch failed"
    return pipeline.error_of(spec.record(), code, fault.line, list(fault.value)), values
