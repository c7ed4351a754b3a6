# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels over leagues of teams, beside NumPy."""

from __future__ import annotations

import granum as gr
import numpy as np
import pytest


@gr.kernel
def spmv(t, row, col, val, x, y):
    r = t.league_rank
    s = 0.0
    for k in gr.team_range(t, row[r], row[r + 1]):
        s += val[k] * x[col[k]]
    if gr.team_single(t):
        y[r] = s


@pytest.mark.parametrize("team_size", [None, 1, 2])
def test_a_sparse_product(team_size):
    rng = np.random.default_rng(1)
    n = 200
    counts = rng.integers(0, 40, n)
    row = np.concatenate([[0], np.cumsum(counts)])
    col, val = rng.integers(0, n, row[-1]), rng.random(row[-1])
    x, y = rng.random(n), np.zeros(n)
    gr.parallel_for(gr.team(n, team_size), spmv, row, col, val, x, y)
    want = np.array([np.dot(val[a:b], x[col[a:b]]) for a, b in zip(row, row[1:])])
    assert np.allclose(y, want, rtol=1e-13)
    again = np.zeros(n)
    gr.parallel_for(gr.team(n), spmv, row, col, val, x, again, space="python")
    assert np.allclose(y, again, rtol=1e-13)


@gr.kernel
def smooth_tile(t, x, y, width):
    tile = gr.team_scratch(t, width + 2, gr.f64)
    first = t.league_rank * width
    for k in gr.team_range(t, width + 2):
        at = first + k - 1
        tile[k] = x[min(max(at, 0), len(x) - 1)]
    gr.team_barrier(t)
    for k in gr.team_range(t, width):
        half = 0.5 * (tile[k] + tile[k + 2])
        y[first + k] = 0.5 * tile[k + 1] + 0.5 * half


@pytest.mark.parametrize("team_size", [None, 2])
def test_scratch_and_barriers(team_size):
    x, y = np.random.default_rng(2).random(64), np.zeros(64)
    gr.parallel_for(gr.team(8, team_size, scratch=1024), smooth_tile, x, y, 8)
    padded = np.concatenate([x[:1], x, x[-1:]])
    assert np.array_equal(y, 0.5 * x + 0.5 * (0.5 * (padded[:-2] + padded[2:])))


@gr.kernel
def spread(t, low: gr.Min, total: gr.Acc, a):
    least = 1e300
    s = 0
    for k in gr.vector_range(t, a.shape[1]):
        least = min(least, a[t.league_rank, k])
        s += 1
    low = min(low, least)
    total += s


def test_reductions_over_the_league():
    a = np.random.default_rng(3).random((20, 30))
    assert gr.parallel_reduce(gr.team(20), spread, a) == (a.min(), 600)


@gr.kernel
def scaled(t, a, f):
    for k in gr.team_range(t, a.shape[1]):
        a[t.league_rank, k] *= f / a.shape[0]


@gr.kernel
def racing(t, a):
    a[t.league_rank, 0] += 1


@gr.kernel
def leaving(t, a):
    for k in gr.team_range(t, 3):
        if a[t.league_rank, k] > 0:
            break


@gr.kernel
def overwriting(t, a):
    s = 0.0
    for k in gr.team_range(t, 3):
        s = a[t.league_rank, k]
    a[t.league_rank, 0] = s


def test_updates_in_teams():
    a = np.ones((4, 3))
    gr.parallel_for(gr.team(4), scaled, a, 2.0)
    assert (a == 0.5).all()
    with pytest.raises(gr.KernelTypeError, match="threads of a team may update the same element"):
        gr.parallel_for(gr.team(4), racing, a)
    with pytest.raises(gr.KernelSyntaxError, match="break leaves a range of a team"):
        gr.parallel_for(gr.team(4), leaving, a)
    with pytest.raises(gr.KernelTypeError, match="s is assigned in a range of a team"):
        gr.parallel_for(gr.team(4), overwriting, a)
    with pytest.raises(gr.BoundsError, match="t.league_rank runs from 0 to 4, expected 0..3"):
        gr.parallel_for(gr.team(5), scaled, a, 2.0)
    with pytest.raises(ValueError, match="team_size = 0, expected 1..1024"):
        gr.team(4, 0)
