# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A histogram whose iterations add to the same bins."""
import sys

import granum as gr
import numpy as np


@gr.kernel
def histogram(i, count, bins):
    b = i * i % bins
    count[b] = count[b] + 1


@gr.kernel
def mended(i, count, bins):
    gr.atomic_add(count, i * i % bins, 1)


try:
    gr.parallel_for(1000, mended if "mended" in sys.argv else histogram, np.zeros(7, int), 7)
except gr.Error as error:
    print(error)
