#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Diffusion on a plate that is split over MPI ranks, a band of rows each, with rows exchanged between neighbours.

run: mpiexec -n 4 python mpi_halo.py
"""
import granum as gr
import numpy as np
from mpi4py import MPI


@gr.kernel
def diffuse(i, j, new, old, rate):
    around = old[i, j - 1] + old[i, j + 1] + old[i - 1, j] + old[i + 1, j]
    new[i, j] = old[i, j] + rate * (around - 4 * old[i, j])


def exchange(band, up, down, comm):
    """Send the outermost rows to the neighbours, and put theirs into the rows around the band."""
    comm.Sendrecv(band[1], up, recvbuf=band[-1], source=down)
    comm.Sendrecv(band[-2], down, recvbuf=band[0], source=up)


def run(plate, steps, comm):
    """The plate after some steps, on rank 0."""
    rank, size = comm.Get_rank(), comm.Get_size()
    cuts = np.linspace(1, plate.shape[0] - 1, size + 1).astype(int)
    old = plate[cuts[rank] - 1:cuts[rank + 1] + 1].copy()
    new = old.copy()
    up, down = rank - 1 if rank > 0 else MPI.PROC_NULL, rank + 1 if rank < size - 1 else MPI.PROC_NULL
    inner = gr.mdrange((1, old.shape[0] - 1), (1, old.shape[1] - 1))
    for _ in range(steps):
        exchange(old, up, down, comm)
        gr.parallel_for(inner, diffuse, new, old, 0.2)
        old, new = new, old
    bands = comm.gather(old[1:-1])
    if rank > 0:
        return None
    return np.concatenate([plate[:1], *bands, plate[-1:]])


def main(n=64, m=48, steps=20):
    plate = np.zeros((n, m))
    plate[n // 4:n // 2, m // 4:m // 2] = 100.0
    found = run(plate, steps, MPI.COMM_WORLD)
    if found is not None:
        assert np.array_equal(found, run(plate, steps, MPI.COMM_SELF))
        print(f"{MPI.COMM_WORLD.Get_size()} ranks, {steps} steps: the bits of one rank")


if __name__ == "__main__":
    main()
