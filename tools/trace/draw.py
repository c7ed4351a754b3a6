# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Draw a trace of GRANUM_TOOLS=trace: a lane a thread and depth, and the memory below.

usage: draw.py TRACE.json PICTURE
Perfetto (ui.perfetto.dev) shows the same file, with everything to click on; this is for pages.
"""
import json
import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
except ImportError:
    sys.exit("matplotlib = not found, expected: pip install matplotlib, or open the trace in ui.perfetto.dev")

COLOURS = {"region": "#d9d9d9", "for": "#4c78a8", "reduce": "#f58518", "scan": "#54a24b",
           "copy": "#b279a2"}
CHARACTERS = 150  # of a name in a picture's width
LINES = 100       # of names that stand upright beside each other


def read(path):
    """Events of a trace, of a program that was killed too."""
    text = open(path).read().rstrip()
    return json.loads(text if text.endswith("]") else text.rstrip(",") + "]")


def spans(events):
    """(lane, depth, begin, end, category, name) of everything that began and ended [ms]."""
    stacks = {}
    for event in events:
        stack = stacks.setdefault(event.get("tid"), [])
        if event["ph"] == "B":
            stack.append(event)
        elif event["ph"] == "E" and stack:
            began = stack.pop()
            yield (event["tid"], len(stack), began["ts"] / 1e3, event["ts"] / 1e3, began["cat"],
                   began["name"])


def fit(name, share):
    """A name in a bar that takes this share of the width: its text, and how it is turned."""
    room = int(CHARACTERS * share)
    if room < len(name) and LINES * share >= 1 and room < 12:
        return name if len(name) <= 16 else name[:15] + "~", 90
    return (name if len(name) <= room else name[:room - 1] + "~" if room > 2 else ""), 0


def draw(events, picture):
    found = list(spans(events))
    last = max(end for _, _, _, end, _, _ in found)
    rows = sorted({(lane, depth) for lane, depth, *_ in found})
    figure, (top, low) = plt.subplots(2, 1, sharex=True, figsize=(11, 2.2 + 1.1 * len(rows)),
                                      height_ratios=[1 + len(rows), 1.5])
    used = set()
    for lane, depth, begin, end, category, name in found:
        row = rows.index((lane, depth))
        top.barh(row, end - begin, left=begin, height=0.8, color=COLOURS.get(category, "k"),
                 edgecolor="w", linewidth=0.3, label=None if category in used else category)
        used.add(category)
        text, turned = fit(name, (end - begin) / last)
        top.text((begin + end) / 2, row, text, ha="center", va="center", fontsize=7, rotation=turned,
                 color="k" if category == "region" else "w")
    top.set_yticks(range(len(rows)), ["within" if depth else f"thread {lane}" for lane, depth in rows])
    top.invert_yaxis()
    top.legend(ncols=5, fontsize=8, loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
    memory = [(event["ts"] / 1e3, event["args"]["bytes"] / 1e6) for event in events
              if event["ph"] == "C"]
    if memory:
        low.fill_between(*zip(*memory), step="post", color="#9ecae9")
    low.set_ylabel("memory [MB]")
    low.set_xlabel("time [ms]")
    for axes in (top, low):
        axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(picture, dpi=110)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    draw(read(sys.argv[1]), sys.argv[2])
