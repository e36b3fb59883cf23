# SPDX-License-Identifier: Apache-2.0
"""Pictures of spikes: rasters with population rates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, overload

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ._check import positive
from ._errors import type_error, value_error
from ._labels import apart
from ._style import GREY, axes_for, legend_beside, pair, series, theme
from ._trains import Train, Window, population_rate_hz, trains_of, window_of
from ._types import SpikeTrain

__all__ = ["raster"]

_LEGEND_BELOW = 4  # populations
_RASTERISE_ABOVE = 2000  # spikes: more of them as vectors make a file slow to open


@overload
def raster(
    spikes: Mapping[str, SpikeTrain] | SpikeTrain,
    *,
    populations: Sequence[str] | None = ...,
    rates: Literal[True] = ...,
    bin_ms: float = ...,
    t_start_ms: float | None = ...,
    t_stop_ms: float | None = ...,
    max_neurons: int | None = ...,
    ax: Sequence[Axes] | None = ...,
) -> tuple[Axes, Axes]: ...
@overload
def raster(
    spikes: Mapping[str, SpikeTrain] | SpikeTrain,
    *,
    populations: Sequence[str] | None = ...,
    rates: Literal[False],
    bin_ms: float = ...,
    t_start_ms: float | None = ...,
    t_stop_ms: float | None = ...,
    max_neurons: int | None = ...,
    ax: Axes | None = ...,
) -> Axes: ...
@theme()
def raster(
    spikes: Mapping[str, SpikeTrain] | SpikeTrain,
    *,
    populations: Sequence[str] | None = None,
    rates: bool = True,
    bin_ms: float = 5.0,
    t_start_ms: float | None = None,
    t_stop_ms: float | None = None,
    max_neurons: int | None = None,
    ax: Axes | Sequence[Axes] | None = None,
) -> Axes | tuple[Axes, Axes]:
    """Draw a raster of spikes, populations stacked, and below it the rate of each population.

    Parameters
    ----------
    spikes : spike train, or mapping of name to spike train
        A train has ``times_ms`` (float64 [spikes], ms), ``neurons`` (int [spikes], 0 .. size - 1),
        ``size`` (neurons of the population) and, if it knows, ``duration_ms`` (length of the run,
        ms).
    populations : list of str, default all
        Names to draw, the first at the top.
    rates : bool, default True
        Draw rates of the populations below: spikes per neuron and second in bins of ``bin_ms``,
        over all neurons, also where ``max_neurons`` leaves some out of the raster.
    bin_ms : float, default 5
        Width of a bin, ms; the last one ends with the window and may be shorter.
    t_start_ms, t_stop_ms : float, default 0 and the longest ``duration_ms``
        Window that is drawn, ms, both ends included. Without a duration it ends with the bin of
        the last spike; it begins with the first spike if that is before 0.
    max_neurons : int, default all
        Draw at most so many neurons of each population, evenly spaced by number; the label says so.
    ax : Axes, or two Axes where ``rates`` is True, default those of a new figure
        The first gets the raster, the second the rates.

    Returns
    -------
    Axes, or (Axes, Axes) where ``rates`` is True

    Raises
    ------
    PlotValueError
        A time is NaN, a neuron is none of the population's, a name is unknown, the window is empty.
    PlotTypeError
        An object lacks one of the fields.

    Examples
    --------
    >>> above, below = raster({"excitatory": e, "inhibitory": i}, bin_ms=2, max_neurons=200)
    """
    what = "raster"
    step = positive(bin_ms, what, "bin_ms", "ms")
    trains = trains_of(spikes, populations, what)
    if max_neurons is not None and (
        isinstance(max_neurons, bool) or not isinstance(max_neurons, (int, np.integer))
    ):
        raise type_error(what, "max_neurons", max_neurons, "an integer > 0, or None for all")
    if max_neurons is not None and max_neurons < 1:
        raise value_error(what, "max_neurons", max_neurons, "an integer > 0, or None for all")
    window = window_of(trains, what, t_start_ms, t_stop_ms, step)
    trains = {name: train.within(window) for name, train in trains.items()}

    if not rates:
        if ax is not None and not isinstance(ax, Axes):
            raise type_error(what, "ax", ax, "one matplotlib Axes where rates is False")
        upper = axes_for(ax, what, (5.5, 3.2))
        _rows(upper, trains, window, max_neurons)
        upper.set_xlabel("time (ms)")
        return upper

    if isinstance(ax, Axes):
        raise type_error(
            what, "ax", ax, "two matplotlib Axes where rates is True; or pass rates=False"
        )
    if ax is None:
        upper, lower = plt.subplots(
            2, 1, figsize=(5.5, 4.2), layout="constrained", sharex=True, height_ratios=(3, 1.1)
        )[1]
    else:
        upper, lower = pair(ax, what)
    _rows(upper, trains, window, max_neurons)
    upper.tick_params(labelbottom=False)
    _rates(lower, trains, window, step)
    if len(trains) > 1:
        # Many names need the height of the raster.
        legend_beside(lower if len(trains) <= _LEGEND_BELOW else upper, of=lower)
    return upper, lower


def _rows(ax: Axes, trains: Mapping[str, Train], window: Window, most: int | None) -> None:
    """Spikes as dots or ticks, a row per neuron, row 0 at the top."""
    shown = {name: _picked(train.size, most) for name, train in trains.items()}
    rows = sum(len(picked) for picked in shown.values())
    height = 72 * _height_inches(ax) / rows  # points per row
    dense = sum(train.times_ms.size for train in trains.values()) > _RASTERISE_ABOVE
    offset, middles = 0, []
    for index, (name, train) in enumerate(trains.items()):
        picked = shown[name]
        row = np.full(train.size, -1)
        row[picked] = np.arange(len(picked))
        kept = row[train.neurons] >= 0
        ticks = height > 3
        ax.scatter(
            train.times_ms[kept],
            offset + row[train.neurons[kept]],
            s=(0.8 * height) ** 2 if ticks else 4 * float(np.clip(height, 0.8, 2)) ** 2,
            marker="|" if ticks else ".",
            linewidths=0.8 if ticks else 0,
            color=series(index).color,
            rasterized=dense,
            label=name or None,
        )
        if index:
            ax.axhline(offset - 0.5, color=GREY, linewidth=0.6)
        middles.append(offset + (len(picked) - 1) / 2)
        offset += len(picked)
    ax.set_xlim(window.start_ms, window.stop_ms)
    ax.set_ylim(rows - 0.5, -0.5)
    if list(trains) == [""]:
        size = trains[""].size
        ax.set_ylabel(
            "neuron" if len(shown[""]) == size else f"neuron ({len(shown[''])} of {size})"
        )
        if len(shown[""]) < size:
            ax.set_yticks([])
        return
    # Populations differ in size by orders of magnitude: names of small ones move apart.
    names = [
        name
        if len(shown[name]) == trains[name].size
        else f"{name}\n({len(shown[name])} of {trains[name].size})"
        for name in trains
    ]
    gap = (22.0 if any("\n" in name for name in names) else 11.0) / height
    ax.set_yticks(apart(middles, gap, 0, rows - 1), names)
    ax.tick_params(axis="y", length=0)


def _height_inches(ax: Axes) -> float:
    figure = ax.figure
    return ax.get_window_extent().height / (figure.dpi if figure is not None else 100.0)


def _picked(size: int, most: int | None) -> NDArray[np.int64]:
    """At most so many of the numbers 0 .. size - 1, evenly spaced."""
    count = size if most is None else min(size, most)
    return (np.arange(count, dtype=np.int64) * size) // count


def _rates(ax: Axes, trains: Mapping[str, Train], window: Window, bin_ms: float) -> None:
    """Rate of each population as steps."""
    for index, (name, train) in enumerate(trains.items()):
        values, edges = population_rate_hz(train, window, bin_ms)
        look = series(index)
        ax.stairs(
            values,
            edges,
            baseline=None,
            color=look.color,
            linestyle=look.line,
            linewidth=1.2,
            label=name or None,
        )
    ax.set_xlim(window.start_ms, window.stop_ms)
    silent = not any(train.times_ms.size for train in trains.values())
    ax.set_ylim(0, 1 if silent else None)
    ax.set_xlabel("time (ms)")
    ax.set_ylabel("rate (Hz)")
