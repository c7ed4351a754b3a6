# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The height of a hemisphere, beyond its edge too."""
import sys

import granum as gr
import numpy as np


@gr.kernel
def dome(i, j, height, step):
    height[i, j] = np.sqrt(1 - (step * i) ** 2 - (step * j) ** 2)


@gr.kernel
def mended(i, j, height, step):
    height[i, j] = np.sqrt(max(0.0, 1 - (step * i) ** 2 - (step * j) ** 2))


height = np.zeros((8, 12))[:, ::2]
try:
    gr.parallel_for(height.shape, mended if "mended" in sys.argv else dome, height, 0.125)
except FloatingPointError as error:
    print(error)
