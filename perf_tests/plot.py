#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draw time over size, from one element to 1e8: plot.py run.json picture.png"""
import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

PANELS = (("sweep.triad.f64", "triad"), ("sweep.dot.f64", "dot product"))
SIDES = (("t_twin_s", "plain C + OpenMP", "#c1553b", "s", "--"),
         ("t_best_s", "best by hand", "#8a8a8a", "^", ":"),
         ("t_granum_s", "granum", "#1f5fa8", "o", "-"))


def main():
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    with open(sys.argv[1]) as lines:
        rows = [json.loads(line) for line in lines]
    figure, axes = plt.subplots(1, 2, figsize=(11, 4.4), sharey=True, constrained_layout=True)
    for axis, (name, title) in zip(axes, PANELS):
        points = sorted((row for row in rows if row["name"] == name), key=lambda row: row["n"])
        for key, label, color, marker, line in SIDES:
            drawn = [(row["n"], row[key]) for row in points if row[key] is not None]
            if drawn:
                axis.loglog(*zip(*drawn), marker=marker, markersize=4, linestyle=line, color=color, label=label)
        axis.set_title(title)
        axis.set_xlabel("elements")
        axis.grid(True, which="major", alpha=0.3)
        axis.spines[["top", "right"]].set_visible(False)
    axes[0].set_ylabel("time of one launch [s]")
    axes[0].legend(frameon=False)
    figure.savefig(sys.argv[2], dpi=150)
    return 0


if __name__ == "__main__":
    sys.exit(main())
