# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""JAX on its CPU backend: pure functions, so every answer is a new array; each call waits for it."""
import jax
import jax.numpy as jnp
import numpy as np

from . import call

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_platforms", "cpu")
VERSION = jax.__version__


def axpy(a, x, y):
    return y + a * x


def six(out, a, b, c, d, e):
    return a + b + c + d + e


def triad(a, b, c, s):
    return b + s * c


def dot(x, y):
    return jnp.dot(x, y)


def jacobi(b, a):
    return b.at[1:-1, 1:-1].set(0.25 * (a[1:-1, :-2] + a[1:-1, 2:] + a[:-2, 1:-1] + a[2:, 1:-1]))


def scan(x, out):
    return jnp.concatenate([jnp.zeros(1), jnp.cumsum(x[:-1])])


def histogram(count, x):
    return count.at[x].add(1)


def spmv(y, row, column, value, x):
    return jax.ops.segment_sum(value * x[column], row, num_segments=len(y), indices_are_sorted=True)


def nbody(ax, ay, az, x, y, z, mass, soft):
    dx, dy, dz = x - x[:, None], y - y[:, None], z - z[:, None]
    r2 = dx * dx + dy * dy + dz * dz + soft
    w = mass / (r2 * jnp.sqrt(r2))
    return jnp.concatenate([(w * d).sum(1) for d in (dx, dy, dz)])


def mandelbrot(count, limit):
    n, m = count.shape
    cx = -2.25 + 3.0 * jnp.arange(m) / m
    cy = (-1.125 + 2.25 * jnp.arange(n) / n)[:, None]

    def step(state):
        k, x, y, steps = state
        inside = (x * x + y * y <= 4.0) & (steps == k)
        return (k + 1, jnp.where(inside, x * x - y * y + cx, x), jnp.where(inside, 2.0 * x * y + cy, y),
                steps + inside)

    zero = jnp.zeros((n, m))
    return jax.lax.while_loop(lambda state: (state[0] < limit) & (state[3] == state[0]).any(), step,
                              (0, zero, zero, jnp.zeros((n, m), jnp.int64)))[3]


def on_device(argument):
    return jnp.array(argument).block_until_ready() if isinstance(argument, np.ndarray) else argument


def compiled(function):
    made = jax.jit(function)
    return lambda *arguments: call(made, *map(on_device, arguments), after=".block_until_ready()")


def spmv_prepared(y, start, column, value, x):
    row = np.repeat(np.arange(len(y)), np.diff(start))  # what segment_sum takes in the place of offsets
    return compiled(spmv)(y, row, column, value, x)


ROWS = {f.__name__: compiled(f) for f in (axpy, six, triad, dot, jacobi, scan, histogram, nbody, mandelbrot)}
ROWS["spmv"] = spmv_prepared
