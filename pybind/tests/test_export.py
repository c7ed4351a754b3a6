# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""python -m granum export: kernels as a C library, used from a C program."""
import os
import pathlib
import subprocess
import sys

import pytest
from granum import _config, export, toolchain

KERNELS = '''
import granum as gr

@gr.kernel
def axpy(i, a: float, x: gr.Array[gr.f64, 1], y: gr.Array[gr.f64, 1]):
    y[i] += a * x[i]

@gr.kernel
def dot(i, acc: gr.Acc, x: gr.Array[gr.f64, 1], y: gr.Array[gr.f64, 1]):
    acc += x[i] * y[i]

@gr.kernel
def lowest(i, low: gr.MinLoc, x: gr.Array[gr.f64, 1]):
    if x[i] < low.value:
        low.value = x[i]
        low.location = i

@gr.kernel
def blur(i, j, out: gr.Array[gr.f32, 2], a: gr.Array[gr.f32, 2]):
    out[i, j] = (a[i, j - 1] + a[i, j + 1]) / 2

@gr.kernel
def divide(i, out: gr.Array[gr.i64, 1], by: int):
    out[i] = out[i] // by
'''
PROGRAM = r'''
#include "made.h"
#include <stdio.h>
#define SAY(call) printf("%s %s\n", gr_status_name(call), gr_last_error()->message); gr_error_clear()
int main(void) {
    gr_view1_f64 x, y;
    gr_view2_f32 a, b;
    gr_view1_i64 k;
    double sum, value;
    int64_t where;
    if (GR_CREATE(&x, "x", 10) || GR_CREATE(&y, "y", 10) || GR_CREATE(&a, "a", 3, 4) || GR_CREATE(&b, "b", 3, 4) ||
        GR_CREATE(&k, "k", 3) || GR_FILL(x, 2.0) || GR_FILL(y, 1.0) || GR_FILL(a, 5.0f)) {
        return 1;
    }
    SAY(made_axpy(gr_range(0, 10), 3.0, x, y));
    SAY(made_dot(gr_range(0, 10), x, y, &sum));
    GR_AT(x, 7) = -1;
    SAY(made_lowest(gr_range(0, 10), x, &value, &where));
    SAY(made_blur(gr_range_2d(0, 3, 1, 3), b, a));
    printf("%g %g %d %g %g\n", sum, value, (int)where, (double)GR_AT(b, 1, 1), (double)GR_AT(b, 1, 0));
    SAY(made_axpy(gr_range(0, 11), 3.0, x, y));
    SAY(made_blur(gr_range_2d(0, 3, 0, 4), b, a));
    SAY(made_divide(gr_range(0, 3), k, 0));
    return 0;
}
'''


@pytest.fixture
def kernels(tmp_path):
    (tmp_path / "kernels.py").write_text(KERNELS)
    return tmp_path / "kernels.py"


def test_a_c_program_uses_exported_kernels(kernels, tmp_path):
    done = subprocess.run([sys.executable, "-m", "granum", "export", str(kernels), "-o", str(tmp_path / "made")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(tmp_path / f"made.{ending}") for ending in ("c", "h", "so")]
    (tmp_path / "program.c").write_text(PROGRAM)
    library = pathlib.Path(_config.LIBRARY)
    found = toolchain.compiler()
    subprocess.run([found.path, *found.flags, "-Wall", "-Werror", *(f"-I{folder}" for folder in _config.INCLUDES),
                    f"-I{tmp_path}", str(tmp_path / "program.c"), str(tmp_path / "made.so"), str(library), "-o",
                    str(tmp_path / "program"), f"-Wl,-rpath,{library.parent}", f"-Wl,-rpath,{tmp_path}"], check=True)
    printed = subprocess.run([str(tmp_path / "program")], capture_output=True, text=True, check=True).stdout.splitlines()
    assert printed[:5] == ["GR_SUCCESS "] * 4 + ["140 -1 7 5 0"]
    assert printed[5] == "GR_OUT_OF_BOUNDS kernels.py:6: index 0 of y: i runs from 0 to 10, expected 0..9"
    assert printed[6].startswith("GR_OUT_OF_BOUNDS kernels.py:20: index 1 of a: j - 1 runs from -1 to 2, expected 0..3")
    assert printed[7].startswith("GR_INVALID_ARG kernels.py:24: ")


def test_one_kernel_of_several(kernels, tmp_path):
    paths = export.export(str(kernels), str(tmp_path / "one"), ["dot"])
    head = open(paths[1], encoding="utf-8").read()
    assert "gr_status one_dot(gr_range_1d_policy range, gr_view1_f64 x, gr_view1_f64 y, double *result0);" in head
    assert "/** reduce of kernels.py:8; x: read, y: read */" in head and "axpy" not in head and os.path.exists(paths[2])


@pytest.mark.parametrize("text, message", [
    ("x = 3\n", "defines no kernel, expected functions with @granum.kernel"),
    ("import granum as gr\n@gr.kernel\ndef f(i, x: gr.Array):\n    x[i] = 1\n",
     r"f\(\): argument x is annotated as .*, expected gr.Array\[dtype, rank\] or a number's type"),
    ("import granum as gr\n@gr.kernel\ndef f(i, a, b, c, d, e, g, x: gr.Array[gr.f64, 1]):\n    x[i] = 1\n",
     "7 parameters without annotation in front, expected 1..6 indices"),
])
def test_what_cannot_be_exported(tmp_path, text, message):
    (tmp_path / "wrong.py").write_text(text)
    with pytest.raises(export.ExportError, match=message):
        export.export(str(tmp_path / "wrong.py"), str(tmp_path / "wrong"))
    with pytest.raises(export.ExportError, match="kernel = 'g', expected one of: "):
        export.export(str(tmp_path / "wrong.py"), str(tmp_path / "wrong"), ["g"])
    with pytest.raises(export.ExportError, match="not there, expected a Python file"):
        export.export(str(tmp_path / "nowhere.py"))
