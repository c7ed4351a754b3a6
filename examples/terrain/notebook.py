# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A notebook as text: editors and Jupytext open the cells below, tools/python_notebook.py runs them into
# docs/python-terrain.md.

# %% [markdown]
# # Terrain, step by step
#
# The kernels of [the terrain example](../examples/terrain/terrain.py), launched one after the other on a measured elevation model.
# What stands below each cell is what it printed.

# %%
import math

import granum as gr
import matplotlib.pyplot as plt
import numpy as np
import prepare
import terrain

measured, (dy, dx), _ = prepare.load()
print(f"{measured.shape[0]} x {measured.shape[1]} cells of {dy:.1f} m x {dx:.1f} m, {measured.dtype}, "
      f"{measured.min()} .. {measured.max()} m")

# %% [markdown]
# ## More cells than were measured
#
# Cubic convolution gives four cells for a measured one in either direction: first along the rows, then along the columns.
# A kernel gets an index for each dimension of its range, then the launch's arguments; the arrays are NumPy's and granum's own.

# %%
print(terrain.refine_rows.source("python"))

# %%
factor = 4
n, m = measured.shape[0] * factor, measured.shape[1] * factor
dy, dx = dy / factor, dx / factor
wide = gr.View((measured.shape[0] + 4, m + factor), label="rows refined")
z = gr.View((3, n + 2, m + 2), label="heights")
gr.parallel_for((measured.shape[0] + 4, measured.shape[1] + 1), terrain.refine_rows, wide, measured, factor)
gr.parallel_for((n + 2, m + 2), terrain.refine_columns, z, wide, factor, factor // 2 - 1)
land = z[:2, 1:-1, 1:-1]
print(land)
print(terrain.refine_rows.effects)

# %% [markdown]
# `land` is a part of `z`, without its rim: no copy was made.
# The measured heights are integers and stay so; the kernel was compiled for an array of them.
#
# ## Light
#
# Slope, direction and brightness of each cell from the heights around it, in single precision.

# %%
print(terrain.shade.source("python"))

# %%
relief = gr.View((3, n, m), gr.f32, label="relief")
gr.parallel_for((n, m), terrain.shade, relief, z, dy, dx)
slope, facing, lit = relief.numpy()
print(f"steepest {slope.max():.1f} degrees, mean {slope.mean():.2f}; brightness {lit.min():.3f} .. {lit.max():.3f}")

# %% [picture python-terrain-relief.jpg: Shaded relief, lit from the north-west]
figure, axis = plt.subplots(figsize=(6, 5.2), layout="constrained")
axis.imshow(lit[::2, ::2], cmap="gray", extent=(0, m * dx / 1000, 0, n * dy / 1000))
axis.set(xlabel="east [km]", ylabel="north [km]")

# %% [markdown]
# A range that is too long would read outside of `z`.
# The launch knows before anything runs, since the indices are sums of the kernel's:

# %%
try:
    gr.parallel_for((n, m + 1), terrain.shade, relief, z, dy, dx)
except gr.BoundsError as error:
    print(str(error).split("terrain.py:", 1)[1])

# %% [markdown]
# ## Four sums in one pass
#
# Accumulators are annotated; one reduction may have several, of different kinds.
# Their bits do not depend on the number of threads.

# %%
print(terrain.statistics.source("python"))

# %%
total, squares, low, high = gr.parallel_reduce((n, m), terrain.statistics, land)
mean = total / (n * m)
print(f"mean {mean:.6f} m, deviation {math.sqrt(squares / (n * m) - mean * mean):.6f} m")
print(f"lowest {low[0]:.3f} m at row {low[1] // m}, column {low[1] % m}; "
      f"highest {high[0]:.3f} m at row {high[1] // m}, column {high[1] % m}")

# %% [markdown]
# ## How high the land is
#
# A histogram in parts, which are joined; a scan over its bins finds the percentiles.

# %%
part = np.zeros((terrain.PARTS, terrain.BINS), np.int32)
count, percentile = np.zeros(terrain.BINS, np.int64), np.zeros(terrain.PERCENTS)
per_metre = terrain.BINS / (high[0] - low[0])
gr.parallel_for(terrain.PARTS, terrain.count_parts, part, land, low[0], per_metre)
gr.parallel_for(terrain.BINS, terrain.join, count, part)
below = gr.parallel_scan(terrain.BINS, terrain.percentiles, percentile, count, float(n * m), low[0], per_metre)
assert below == n * m
print("percent", "".join(f"{k:8}" for k in range(0, 101, 20)))
print("metres ", "".join(f"{value:8.1f}" for value in percentile[::20]))

# %% [markdown]
# ## Soil creeps
#
# Every step moves soil down the slope, from a cell to its neighbours, and none of it across the border.
# A launch is bound where it is repeated.

# %%
print(terrain.creep.source("python"))

# %%
steps = 60
k_dt = 0.45 / (1 / (dx * dx) + 1 / (dy * dy))
inner = gr.mdrange((1, n + 1), (1, m + 1))
step = [terrain.creep.bind(inner, z, to, old, k_dt / (dy * dy), k_dt / (dx * dx))
        for to, old in ((2, 0), (1, 2), (2, 1))]
step[0]()
for k in range(1, steps):
    step[2 - k % 2]()
after, moved = gr.parallel_reduce((n, m), terrain.mass, land)
print(f"{steps} steps of {k_dt / 0.01:.0f} years")
print(f"volume before {1e-9 * total * dx * dy:.9f} km3, after {1e-9 * after * dx * dy:.9f} km3")
print(f"moved {1e-6 * moved * dx * dy:.3f} million m3")

# %% [picture python-terrain-creep.jpg: What moved: eroded in red, deposited in blue]
figure, axis = plt.subplots(figsize=(6, 5.2), layout="constrained")
before, now = land.numpy()[:, ::2, ::2]
axis.imshow(now - before, cmap="RdBu", vmin=-25, vmax=25, extent=(0, m * dx / 1000, 0, n * dy / 1000))
axis.set(xlabel="east [km]", ylabel="north [km]")
