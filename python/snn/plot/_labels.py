# SPDX-License-Identifier: Apache-2.0
"""Texts and ticks that keep out of each other's way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.cbook import STEP_LOOKUP_MAP
from matplotlib.path import Path
from matplotlib.ticker import AutoLocator, Formatter, LogLocator, NullLocator
from matplotlib.transforms import Bbox

__all__ = ["apart", "label_points", "log_ticks", "three_digits"]

_PLACES = (
    (6, 4, "left", "bottom"),
    (6, -4, "left", "top"),
    (-6, 4, "right", "bottom"),
    (-6, -4, "right", "top"),
    (0, 7, "center", "bottom"),
    (0, -7, "center", "top"),
)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Rising places, ``gap`` apart or more, as near to the wanted ones as least squares can.

    They lie within ``low`` .. ``high``, for which the gap is made smaller if it must be.
    """
    count = len(wanted)
    gap = min(gap, (high - low) / max(count - 1, 1))
    # Least squares with differences of a gap or more: a rising fit to what is left without gaps.
    blocks: list[tuple[float, int]] = []
    for i, place in enumerate(wanted):
        mean, size = place - i * gap, 1
        while blocks and blocks[-1][0] > mean:
            before, length = blocks.pop()
            mean, size = (mean * size + before * length) / (size + length), size + length
        blocks.append((mean, size))
    fitted = [mean for mean, size in blocks for _ in range(size)]
    top = high - (count - 1) * gap
    return [min(max(place, low), top) + i * gap for i, place in enumerate(fitted)]


def label_points(
    ax: Axes, labelled: Sequence[tuple[float, float, str]], every: Sequence[tuple[float, float]]
) -> None:
    """Write a text beside each labelled point, where it hides least of points, steps and texts.

    To be called when limits and scales of the axes are final; lays the figure out.
    """
    figure = ax.figure
    if figure is None or not labelled:
        return
    figure.canvas.figure.draw_without_rendering()
    pixels = ax.transData.transform(np.array(every))
    marks = [Bbox.from_bounds(x - 6, y - 6, 12, 12) for x, y in pixels]
    texts: list[Bbox] = []
    steps = [
        ax.transData.transform_path(Path(np.column_stack(STEP_LOOKUP_MAP["steps-post"](*data))))
        for data in (line.get_data() for line in ax.lines if line.get_drawstyle() == "steps-post")
    ]
    for x, y, text in labelled:
        written = ax.annotate(text, (x, y), (0, 0), textcoords="offset points", fontsize=7)
        tried = []
        for dx, dy, horizontal, vertical in _PLACES:
            written.set(
                position=(dx, dy), horizontalalignment=horizontal, verticalalignment=vertical
            )
            box = written.get_window_extent()
            inside = ax.bbox.containsx(box.x0) and ax.bbox.containsx(box.x1)
            inside = inside and ax.bbox.containsy(box.y0) and ax.bbox.containsy(box.y1)
            hidden = sum(box.overlaps(mark) for mark in marks)
            hidden += 3 * sum(box.overlaps(other) for other in texts)  # worst to read
            hidden += sum(path.intersects_bbox(box, filled=False) for path in steps)
            tried.append((hidden + 2 * (not inside), box))
        best = min(range(len(tried)), key=lambda i: tried[i][0])
        dx, dy, horizontal, vertical = _PLACES[best]
        written.set(position=(dx, dy), horizontalalignment=horizontal, verticalalignment=vertical)
        texts.append(tried[best][1])


def log_ticks(axis: Axis, formatter: Formatter) -> None:
    """Ticks of a logarithmic axis that are labelled also where it spans less than some decades."""
    low, high = sorted(axis.get_view_interval())
    if high / low < 100:
        few = high / low < 5  # 1, 2, 5 would leave one or two
        axis.set_major_locator(AutoLocator() if few else LogLocator(subs=(1.0, 2.0, 5.0)))
        axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(formatter)


def three_digits(value: float) -> str:
    """Three significant digits, zeros included: 7.7 -> "7.70", 964.2 -> "964"."""
    return f"{value:#.3g}".rstrip(".")
