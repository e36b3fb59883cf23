# SPDX-License-Identifier: Apache-2.0
"""Pictures of how time grows with a problem, or falls with the threads that share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FixedLocator,
    FuncFormatter,
    LogFormatterSciNotation,
    NullLocator,
    ScalarFormatter,
)
from numpy.typing import NDArray

from ._check import named, numbers, one_of
from ._errors import value_error
from ._labels import log_ticks
from ._style import GREY, axes_for, series, theme
from ._types import FloatArray

__all__ = ["scaling"]

Times = Sequence[float] | Sequence[Sequence[float]] | NDArray[np.floating[Any]]


@theme()
def scaling(
    sizes: Sequence[float] | FloatArray,
    seconds: Times | Mapping[str, Times],
    *,
    kind: Literal["size", "threads"] = "size",
    ideal: bool = True,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw time against the size of a problem, or against threads, on logarithmic axes.

    Parameters
    ----------
    sizes : float [points]
        What grows, each > 0: synapses, neurons or, with ``kind="threads"``, threads.
    seconds : float [points] or [points][repetitions], or mapping of name to such
        Times, s, each > 0. Of repetitions the median is drawn, with bars from the least to the
        greatest.
    kind : "size" or "threads", default "size"
        ``size``: a larger problem, ideally in proportion. ``threads``: one problem shared (strong
        scaling), ideally in inverse proportion.
    ideal : bool, default True
        Draw the ideal as a dotted line through the point of the smallest size of each series.
    label : str, default "problem size (synapses)" or "threads"
        Of the horizontal axis.
    ax : Axes, default those of a new figure

    Returns
    -------
    Axes

    Raises
    ------
    PlotValueError
        A time or a size is NaN or not above 0, a size comes twice, lengths differ.
    PlotTypeError
        Times or sizes are no numbers.

    Examples
    --------
    >>> ax = scaling([1, 2, 4, 8], {"microcircuit": [8.0, 4.1, 2.2, 1.3]}, kind="threads")
    """
    what = "scaling"
    one_of(kind, what, "kind", ("size", "threads"))
    x = numbers(sizes, what, "sizes", "")
    if not x.size or (x <= 0).any() or len(set(x)) != len(x):
        raise value_error(what, "sizes", list(x), "one or more different numbers > 0")
    order = np.argsort(x)
    x = x[order]
    drawn = {
        name: _times(times, name, len(order))[order]
        for name, times in named(seconds, what, "seconds", "").items()
    }

    ax = axes_for(ax, what, (4.2, 3.0))
    for index, (name, times) in enumerate(drawn.items()):
        look = series(index)
        middle = np.median(times, axis=1)
        if ideal:
            perfect = middle[0] * (x / x[0] if kind == "size" else x[0] / x)
            ax.plot(
                x,
                perfect,
                color=GREY,
                linestyle="dotted",
                linewidth=1.0,
                zorder=1,
                label=None if index else "in proportion" if kind == "size" else "ideal speed-up",
            )
        spread = np.array([middle - times.min(axis=1), times.max(axis=1) - middle])
        ax.errorbar(
            x,
            middle,
            spread if times.shape[1] > 1 else None,
            color=look.color,
            marker=look.marker,
            linestyle=look.line,
            capsize=2.5,
            elinewidth=0.9,
            label=name or "measured",
        )
    ax.set_xscale("log")
    ax.set_yscale("log")
    log_ticks(ax.yaxis, FuncFormatter(lambda value, _: f"{value:g}"))
    if kind == "threads":
        # Few values, seldom powers of ten: label those that were run.
        ax.xaxis.set_major_locator(FixedLocator(list(x)))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(ScalarFormatter())
    else:
        log_ticks(ax.xaxis, LogFormatterSciNotation())
    ax.set_xlabel(label or ("problem size (synapses)" if kind == "size" else "threads"))
    ax.set_ylabel("time (s)")
    if ideal or len(drawn) > 1:
        handles, names = ax.get_legend_handles_labels()
        own = [i for i, text in enumerate(names) if text not in ("in proportion", "ideal speed-up")]
        last = [i for i in range(len(names)) if i not in own]
        ax.legend([handles[i] for i in own + last], [names[i] for i in own + last])
    return ax


def _times(times: object, name: str, count: int) -> FloatArray:
    """[points][repetitions] of times above 0."""
    what = f"scaling: seconds of {name!r}" if name else "scaling: seconds"
    try:
        repeated = np.ndim(times) == 2  # type: ignore[arg-type]
    except ValueError:
        raise value_error(what, "shape", "ragged", "[points] or [points][repetitions]") from None
    found = numbers(times, what, "times", "s", dimensions=2 if repeated else 1)
    found = found if repeated else found[:, np.newaxis]
    if len(found) != count:
        raise value_error(what, "length", len(found), f"{count}, the length of sizes")
    if not found.size or (found <= 0).any():
        raise value_error(
            what, "an entry", f"{found.min() if found.size else None} s", "numbers > 0"
        )
    return found
