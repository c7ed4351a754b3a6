# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A term of a sum that nobody has set."""
import sys

import granum as gr
import numpy as np


@gr.kernel
def set_weights(i, weight):
    weight[i] = 1 / (i + 1)


@gr.kernel
def add_weights(i, weight, total):
    total[i] = total[i] + weight[i]


weight, total = gr.View(100, "f64", initialize=False), np.ones(100)
try:
    gr.parallel_for(gr.range(0 if "mended" in sys.argv else 1, 100), set_weights, weight)
    gr.parallel_for(100, add_weights, weight, total)
except gr.Error as error:
    print(error)
