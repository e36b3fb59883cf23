# SPDX-License-Identifier: Apache-2.0
"""Bins that several distributions share, and outlines that stay readable where they overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from ._check import numbers
from ._errors import value_error
from ._style import series
from ._types import FloatArray

__all__ = ["edges_of", "outline", "whole_bins"]


def whole_bins(most: int, bins: int, what: str) -> FloatArray:
    """Edges of at most so many bins over 0 .. ``most``, each of as many integers."""
    if bins < 1 or isinstance(bins, bool):
        raise value_error(what, "bins", bins, "an integer > 0, or edges")
    step = -(-(most + 1) // bins)
    count = -(-(most + 1) // step)
    return step * np.arange(count + 1, dtype=np.float64)


def edges_of(
    bins: int | Sequence[float], samples: Sequence[FloatArray], what: str, unit: str
) -> FloatArray:
    """Edges of bins that hold every sample: so many of one width, or those that were given."""
    low = min(float(values.min()) for values in samples)
    high = max(float(values.max()) for values in samples)
    if isinstance(bins, (int, np.integer)):
        if bins < 1 or isinstance(bins, bool):
            raise value_error(what, "bins", bins, "an integer > 0, or edges")
        if high == low:  # all alike: one bar of width 1 around them
            low, high = low - 0.5, high + 0.5
        return np.linspace(low, high, int(bins) + 1)
    edges = numbers(bins, what, "bins", unit)
    if len(edges) < 2 or (np.diff(edges) <= 0).any():
        raise value_error(what, "bins", edges.tolist(), f"two or more rising edges, {unit}")
    if low < edges[0] or high > edges[-1]:
        raise value_error(
            what,
            "bins",
            f"{edges[0]} .. {edges[-1]} {unit}",
            f"edges that hold every value, {low} .. {high} {unit}",
        )
    return edges


def outline(ax: Axes, heights: FloatArray, edges: FloatArray, index: int, name: str) -> None:
    """One distribution as a stepped line over a faint area."""
    look = series(index)
    ax.stairs(heights, edges, fill=True, color=look.color, alpha=0.12)
    ax.stairs(
        heights, edges, color=look.color, linestyle=look.line, linewidth=1.4, label=name or None
    )
