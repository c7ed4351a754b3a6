#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draw what terrain.c wrote: FOLDER/{relief,slopes,erosion,histogram}.png.

usage: draw.py FOLDER
"""
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.patheffects import withStroke

import prepare

PAPER, INK, FAINT = "#fbf9f4", "#2b2a28", "#8c877d"
# Valley greens through dry slopes to pale summits; even steps in lightness, so that the shading reads.
HEIGHTS = LinearSegmentedColormap.from_list("heights", [
    "#3e7d6b", "#6a9f72", "#a5bd7d", "#dccf93", "#d6ae75", "#b98558", "#a2786a", "#c9b8b4", "#f6f2f0"])
CHANGE = LinearSegmentedColormap.from_list("change", [
    "#5d1f0f", "#b04a2a", "#e29b72", "#f7f1ea", "#7fb2c8", "#2f769b", "#0f3a5c"])
# North, north-east, ... back to north: a closed ring without the glare of a rainbow.
FACING = LinearSegmentedColormap.from_list("facing", [
    "#2d5d8c", "#3f9a9b", "#7fb069", "#e3b23c", "#d9713a", "#b23a48", "#86477f", "#524a8f", "#2d5d8c"])
LEVEL = np.array([0.965, 0.95, 0.92])
HALO = [withStroke(linewidth=2.5, foreground="#00000080")]

plt.rcParams.update({
    "font.size": 11, "axes.titlesize": 14, "axes.titleweight": "bold", "axes.titlelocation": "left",
    "axes.edgecolor": FAINT, "axes.labelcolor": INK, "text.color": INK, "xtick.color": FAINT,
    "ytick.color": FAINT, "figure.facecolor": PAPER, "axes.facecolor": PAPER,
    "savefig.facecolor": PAPER, "axes.spines.top": False, "axes.spines.right": False})


def shrink(field, k):
    """Average blocks of k x k cells; field has shape (rows, columns)."""
    rows, columns = field.shape[0] // k, field.shape[1] // k
    out = np.empty((rows, columns), np.float32)
    for i in range(rows):  # a row of blocks at a time, so that a large field stays on disk
        out[i] = field[i * k:(i + 1) * k, :columns * k].reshape(k, columns, k).mean((0, 2), np.float32)
    return out


def shaded(colours, shade, strength=0.85):
    """Darken or lighten colours (rows, columns, 3) by shade in 0..1, flat ground staying as it is."""
    flat = np.sin(np.radians(45))  # brightness of level ground under a sun at 45 degrees
    shade = np.clip(shade, 0, 1)[..., None]
    dark = colours * (1 - strength * (1 - shade / flat)) + 0.10 * np.clip(1 - shade / flat, 0, 1) * np.array(
        [0.16, 0.18, 0.42])  # shadows turn slightly blue, as they do outdoors
    light = colours + strength * (shade - flat) / (1 - flat) * (1 - colours)
    return np.clip(np.where(shade < flat, dark, light), 0, 1)


def relief(heights, shade, low, high):
    return shaded(HEIGHTS(Normalize(low, high)(heights))[..., :3], shade)


def hillshade(z, cell, sun=(315, 45)):
    """Horn's hillshade of a small window, for pictures of fields that have none yet."""
    south, east = np.gradient(z, *cell)
    azimuth, altitude = np.radians(sun)
    lit = (np.sin(altitude) - np.cos(altitude) * (np.sin(azimuth) * east - np.cos(azimuth) * south))
    return np.clip(lit / np.sqrt(1 + east**2 + south**2), 0, 1)


def bar_scale(ax, x, y, length, label, thickness):
    """A black-and-white bar of the given length in data units, like the one on a paper map."""
    for k, colour in enumerate((INK, "white", INK, "white")):
        ax.add_patch(plt.Rectangle((x + k * length / 4, y), length / 4, thickness, facecolor=colour,
                                   edgecolor=INK, linewidth=0.8, zorder=5))
    ax.text(x + length / 2, y + 1.6 * thickness, label, ha="center", va="bottom", fontsize=10,
            color="white", path_effects=HALO, zorder=5)


def map_axes(ax, extent):
    ax.set_aspect(1 / np.cos(np.radians((extent[2] + extent[3]) / 2)))
    ax.xaxis.set_major_formatter(lambda v, _: f"{-v:.2f}° W")
    ax.yaxis.set_major_formatter(lambda v, _: f"{v:.2f}° N")
    ax.locator_params(nbins=5)
    ax.tick_params(labelsize=9, length=3)
    for spine in ax.spines.values():
        spine.set_visible(True)


def draw_relief(folder, data, measured_cell, extent):
    z, shade = shrink(data["heights"][0], data["zoom"]), shrink(data["relief"][2], data["zoom"])
    low, high = np.percentile(z, [0.2, 99.8])
    fig = plt.figure(figsize=(11.2, 10.4))
    ax = fig.add_axes((0.075, 0.055, 0.78, 0.86))
    ax.imshow(relief(z, shade, low, high), extent=extent, interpolation="lanczos")
    map_axes(ax, extent)
    rows, columns = data["heights"].shape[1:]
    for name, marker, at in (("highest", "^", np.unravel_index(np.argmax(z), z.shape)),
                             ("lowest", "v", np.unravel_index(np.argmin(z), z.shape))):
        x = extent[0] + (at[1] + 0.5) / z.shape[1] * (extent[1] - extent[0])
        y = extent[3] - (at[0] + 0.5) / z.shape[0] * (extent[3] - extent[2])
        value = data["percentiles"][-1 if name == "highest" else 0]
        ax.plot(x, y, marker, color="white", markersize=10, markeredgecolor=INK, zorder=6,
                linestyle="none", label=f"{name} point, {value:.0f} m")
    degree = (extent[1] - extent[0]) / (measured_cell[1] * data["measured"].shape[1])
    bar_scale(ax, extent[0] + 700 * degree, extent[2] + 500 * degree, 5000 * degree, "5 km", 110 * degree)
    legend = ax.legend(loc="upper right", facecolor=PAPER, edgecolor=FAINT, framealpha=0.9, fontsize=10)
    legend.set_zorder(7)
    fig.text(0.075, 0.957, "The Jacksboro fault, Tennessee", fontsize=20, weight="bold")
    fig.text(0.075, 0.932, f"{rows} × {columns} heights refined from {data['measured'].shape[0]} × "
             f"{data['measured'].shape[1]} measured ones; lit from the north-west", color=FAINT)
    bar = fig.colorbar(plt.cm.ScalarMappable(Normalize(low, high), HEIGHTS), extend="both",
                       cax=fig.add_axes((0.885, 0.2, 0.022, 0.56)))
    bar.outline.set_visible(False)
    bar.set_label("height above the sea [m]")
    fig.savefig(folder / "relief.png", dpi=150)
    plt.close(fig)


def facing_colours(slope, aspect):
    """Hue from the direction [deg], strength from the slope [deg], full at 28."""
    hue = FACING((aspect % 360) / 360)[..., :3]
    strength = np.clip(slope / 28, 0, 1)[..., None] ** 0.8
    return LEVEL * (1 - strength) + hue * strength


def draw_slopes(folder, data, extent):
    k = data["zoom"]
    slope = shrink(data["relief"][0], k)
    aspect = data["relief"][1, k // 2::k, k // 2::k][:slope.shape[0], :slope.shape[1]]
    fig = plt.figure(figsize=(11.2, 10.4))
    ax = fig.add_axes((0.075, 0.055, 0.78, 0.86))
    ax.imshow(facing_colours(slope, aspect), extent=extent, interpolation="lanczos")
    map_axes(ax, extent)
    fig.text(0.075, 0.957, "Which way the land faces", fontsize=20, weight="bold")
    fig.text(0.075, 0.932, "colour: direction of steepest descent; strength: slope", color=FAINT)
    # The legend is the same colouring of a cone that falls away to all sides, steeper outwards.
    wheel = fig.add_axes((0.872, 0.44, 0.105, 0.113))
    east, north = np.meshgrid(np.linspace(-1, 1, 400), np.linspace(1, -1, 400))
    radius, facing = np.hypot(east, north), np.degrees(np.arctan2(east, north))
    disc = wheel.imshow(facing_colours(30 * radius, facing), extent=(-30, 30, -30, 30))
    disc.set_clip_path(plt.Circle((0, 0), 30, transform=wheel.transData))
    wheel.set_axis_off()
    for ring in (10, 20, 30):
        wheel.add_patch(plt.Circle((0, 0), ring, fill=False, color="white", linewidth=0.7))
        wheel.text(ring * 0.7, -ring * 0.7, f"{ring}°", fontsize=7, ha="center", va="center")
    for letter, x, y in (("N", 0, 36), ("E", 36, 0), ("S", 0, -36), ("W", -36, 0)):
        wheel.text(x, y, letter, ha="center", va="center", fontsize=10)
    fig.savefig(folder / "slopes.png", dpi=150)
    plt.close(fig)


def roughest_window(change, k, height, width):
    """Corner (row, column) of the window of the full field in which diffusion moved the most."""
    total = np.pad(np.abs(change), ((1, 0), (1, 0))).cumsum(0, np.float64).cumsum(1)
    h, w = height // k, width // k
    moved = total[h:, w:] - total[:-h, w:] - total[h:, :-w] + total[:-h, :-w]
    i, j = np.unravel_index(np.argmax(moved), moved.shape)
    return i * k, j * k


def draw_erosion(folder, data, cell):
    k, (years, steps) = data["zoom"], data["numbers"][9:11]
    change = shrink(data["heights"][1], k) - shrink(data["heights"][0], k)
    rows, columns = (min(int(3600 / size), length) // k * k  # a window of about 3.6 km
                     for size, length in zip(cell, data["heights"].shape[1:]))
    i, j = roughest_window(change, k, rows, columns)
    before = np.array(data["heights"][0, i:i + rows, j:j + columns])
    after = np.array(data["heights"][1, i:i + rows, j:j + columns])
    low, high = np.percentile(before, [0.5, 99.5])
    km = (0, columns * cell[1] / 1000, 0, rows * cell[0] / 1000)
    fig = plt.figure(figsize=(15, 9.2))
    grid = fig.add_gridspec(2, 3, height_ratios=(2.6, 1), left=0.055, right=0.915, top=0.86,
                            bottom=0.075, wspace=0.06, hspace=0.17)
    limit = np.percentile(np.abs(after - before), 99.7)
    cut = rows // 4 + int(np.argmax(np.abs(after - before)[rows // 4:3 * rows // 4].sum(1)))
    difference = shaded(CHANGE(Normalize(-limit, limit)(after - before))[..., :3],
                        hillshade(after, cell), 0.35)
    pictures = (("before", relief(before, hillshade(before, cell), low, high)),
                ("after", relief(after, hillshade(after, cell), low, high)),
                ("what moved", difference))
    for column, (title, picture) in enumerate(pictures):
        ax = fig.add_subplot(grid[0, column])
        ax.imshow(picture, extent=km, interpolation="lanczos")
        ax.set_title(title)
        ax.tick_params(labelsize=9, length=3, labelleft=column == 0)
        ax.locator_params(nbins=4)
        ax.axhline(km[3] - (cut + 0.5) * cell[0] / 1000, color=INK, linewidth=1, linestyle=(0, (6, 4)))
        if column == 0:
            ax.set_ylabel("[km]")
    box = ax.get_position()
    bar = fig.colorbar(plt.cm.ScalarMappable(Normalize(-limit, limit), CHANGE), extend="both",
                       cax=fig.add_axes((0.927, box.y0 + 0.05, 0.011, box.height - 0.1)))
    bar.outline.set_visible(False)
    bar.set_label("eroded  ←  [m]  →  deposited")
    ax = fig.add_subplot(grid[1, :])
    x = (np.arange(columns) + 0.5) * cell[1] / 1000
    ax.fill_between(x, after[cut], before[cut], where=before[cut] > after[cut], color=CHANGE(0.2),
                    linewidth=0, label="eroded")
    ax.fill_between(x, before[cut], after[cut], where=after[cut] >= before[cut], color=CHANGE(0.75),
                    linewidth=0, label="deposited")
    ax.plot(x, before[cut], color=INK, linewidth=1.1, label="before")
    ax.plot(x, after[cut], color=CHANGE(0.0), linewidth=1.1, linestyle=(0, (4, 2)), label="after")
    ax.set(xlim=km[:2], xlabel="along the dashed line, west to east [km]", ylabel="height [m]")
    ax.legend(ncols=4, frameon=False, loc="lower right", bbox_to_anchor=(1, 0.98), fontsize=10)
    fig.text(0.055, 0.945, f"{round(years, -3):,.0f} years of soil creep", fontsize=20, weight="bold")
    fig.text(0.055, 0.915, f"{steps:.0f} steps of hillslope diffusion (0.01 m² a year) round the "
             "ridges and fill the hollows; not a grain is lost on the way", color=FAINT)
    fig.savefig(folder / "erosion.png", dpi=130)
    plt.close(fig)


def draw_histogram(folder, data, cell):
    counts, percentiles = data["histogram"], data["percentiles"]
    low, high = percentiles[0], percentiles[-1]
    group = 8  # bins drawn as one bar
    area = counts[:counts.size // group * group].reshape(-1, group).sum(1) * cell[0] * cell[1] / 1e6
    width = (high - low) / counts.size * group
    middle = low + width * (np.arange(area.size) + 0.5)
    fig, ax = plt.subplots(figsize=(12, 6.6))
    fig.subplots_adjust(left=0.07, right=0.93, top=0.83, bottom=0.1)
    ax.bar(middle, area, width * 0.92, color=HEIGHTS(Normalize(*percentiles[[1, 99]])(middle)),
           edgecolor="#8c877d90", linewidth=0.5)
    ax.set(xlim=(low - width, high + width), ylim=(0, 1.16 * area.max()),
           xlabel="height above the sea [m]", ylabel=f"area per {width:.1f} m of height [km²]")
    for k, edge in enumerate(percentiles[::10]):
        ax.axvline(edge, color=FAINT, linewidth=0.8, linestyle=(0, (2, 3)), zorder=0)
        ax.text(edge, 1.165 * area.max(), f"{10 * k} %" if k else "0", ha="center", va="bottom",
                fontsize=8, color=FAINT)
    share = ax.twinx()
    share.plot(percentiles, np.arange(percentiles.size), color=INK, linewidth=1.8)
    share.set(ylim=(0, 116), ylabel="land lower than this [%]", yticks=range(0, 101, 25))
    share.plot(percentiles[50], 50, "o", color=INK, markersize=6)
    share.annotate(f"half of the land lies below {percentiles[50]:.0f} m", (percentiles[50], 50),
                   xytext=(low + 0.66 * (high - low), 50), va="center",
                   arrowprops={"arrowstyle": "-", "color": INK, "shrinkB": 6, "linewidth": 0.8})
    fig.text(0.07, 0.935, "How high the land is", fontsize=20, weight="bold")
    fig.text(0.07, 0.895, "dotted lines part it into ten bands of equal area", color=FAINT)
    fig.savefig(folder / "histogram.png", dpi=140)
    plt.close(fig)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = pathlib.Path(sys.argv[1])
    names = ("measured", "heights", "relief", "histogram", "percentiles", "numbers")
    data = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in names}
    _, measured_cell, extent = prepare.load()
    refine = data["heights"].shape[1] // data["measured"].shape[0]
    cell = tuple(size / refine for size in measured_cell)
    data["zoom"] = max(1, data["heights"].shape[1] // 1376)  # cells per picture pixel
    draw_relief(folder, data, measured_cell, extent)
    draw_slopes(folder, data, extent)
    draw_erosion(folder, data, cell)
    draw_histogram(folder, data, cell)
    print("The pictures:", *(f"  {folder / name}.png" for name in ("relief", "slopes", "erosion", "histogram")),
          sep="\n")


if __name__ == "__main__":
    main()
