#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels in Ray's tasks: arrays come from its object store, read-only and without a copy."""
import granum as gr
import numpy as np
import ray


@gr.kernel
def distance(i, x, y, centre):
    dx, dy = x[i] - centre, y[i] - centre
    return dx * dx + dy * dy


@ray.remote
def total_distance(kernel, x, y, centre):
    assert not x.flags.writeable
    return gr.parallel_reduce(len(x), kernel, x, y, centre)


def main(n=100_000):
    random = np.random.default_rng(1)
    x, y = random.random(n), random.random(n)
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    try:
        shared = ray.put(x), ray.put(y)
        tasks = [total_distance.remote(distance, *shared, centre / 4) for centre in range(4)]
        found = ray.get(tasks)
    finally:
        ray.shutdown()
    assert found == [gr.parallel_reduce(n, distance, x, y, centre / 4) for centre in range(4)]
    print(f"4 tasks over {n} points: the same bits as here")


if __name__ == "__main__":
    main()
