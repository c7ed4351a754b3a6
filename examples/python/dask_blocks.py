#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A kernel over the blocks of a Dask array: map_blocks for single cells, map_overlap for a stencil.

Dask runs blocks on threads of its own; launches release the GIL, so they run at once.
"""
import dask.array as da
import granum as gr
import numpy as np


@gr.kernel
def brighten(i, j, out, a, gain):
    out[i, j] = min(a[i, j] * gain, 1.0)


@gr.kernel
def smooth(i, j, out, a):
    out[i, j] = (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1] + 4.0 * a[i, j]) / 8.0


def brightened(block, gain):
    out = np.empty_like(block)
    gr.parallel_for(block.shape, brighten, out, block, gain)
    return out


def smoothed(block):
    out = block.copy()
    gr.parallel_for(gr.mdrange((1, block.shape[0] - 1), (1, block.shape[1] - 1)), smooth, out, block)
    return out


def main(n=200, chunk=50):
    a = np.random.default_rng(1).random((n, n))
    blocks = da.from_array(a, chunks=chunk)
    result = blocks.map_blocks(brightened, 1.5, dtype=a.dtype).map_overlap(
        smoothed, depth=1, boundary="none", dtype=a.dtype).compute()
    assert np.array_equal(result, smoothed(brightened(a, 1.5)))
    print(f"{blocks.numblocks[0] * blocks.numblocks[1]} blocks give what the whole array gives")


if __name__ == "__main__":
    main()
