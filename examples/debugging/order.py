# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A stencil in place: what an iteration finds depends on who came before."""
import sys

import granum as gr
import numpy as np


@gr.kernel
def smooth(i, x):
    x[i] = (x[i - 1] + 2 * x[i] + x[i + 1]) / 4


@gr.kernel
def mended(i, x, result):
    result[i] = (x[i - 1] + 2 * x[i] + x[i + 1]) / 4


x = np.arange(100.0) ** 2
try:
    if "mended" in sys.argv:
        gr.parallel_for(gr.range(1, 99), mended, x, np.zeros(100))
    else:
        gr.parallel_for(gr.range(1, 99), smooth, x)
except gr.Error as error:
    print(error)
