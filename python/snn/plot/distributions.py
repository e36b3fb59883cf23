# SPDX-License-Identifier: Apache-2.0
"""Pictures of how firing rates and weights are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ._check import named, numbers
from ._errors import value_error
from ._histogram import edges_of, outline, whole_bins
from ._style import axes_for, theme
from ._trains import trains_of, window_of
from ._types import FloatArray, SpikeTrain

__all__ = ["rates", "weights"]


@theme()
def rates(
    spikes: Mapping[str, SpikeTrain] | SpikeTrain,
    *,
    populations: Sequence[str] | None = None,
    bins: int | Sequence[float] = 30,
    t_start_ms: float | None = None,
    t_stop_ms: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how the firing rates of neurons are spread, silent neurons included.

    Parameters
    ----------
    spikes : spike train, or mapping of name to spike train
        Fields as of :func:`raster`.
    populations : list of str, default all
        Names to draw.
    bins : int, or float [edges], default 30
        At most so many bins from 0 to the greatest rate, each of so many whole spikes per window,
        or edges in Hz, which must hold every rate.
    t_start_ms, t_stop_ms : float, default 0 and the longest ``duration_ms``
        Window over which spikes are counted, ms, both ends included. A rate depends on it:
        ``t_stop_ms`` must be given where a train has no ``duration_ms``.
    ax : Axes, default those of a new figure

    Returns
    -------
    Axes
        With the share of each population's neurons per bin, %.

    Raises
    ------
    PlotValueError
        A time is NaN, a neuron is none of the population's, the window is empty or unknown, bins
        miss a rate.
    PlotTypeError
        An object lacks one of the fields.

    Examples
    --------
    >>> ax = rates({"excitatory": e, "inhibitory": i}, t_start_ms=100, t_stop_ms=1100)
    """
    what = "rates"
    trains = trains_of(spikes, populations, what)
    window = window_of(trains, what, t_start_ms, t_stop_ms, None)
    seconds = (window.stop_ms - window.start_ms) * 1e-3
    counts = {
        name: np.bincount(train.within(window).neurons, minlength=train.size)
        for name, train in trains.items()
    }
    if isinstance(bins, (int, np.integer)):
        # Rates are multiples of 1 / window: other bins would differ in how many they hold.
        spikes_edges = whole_bins(max(int(c.max()) for c in counts.values()), bins, what)
        edges = spikes_edges / seconds
        numbers_in = {name: np.histogram(c, spikes_edges)[0] for name, c in counts.items()}
    else:
        hz = {name: c / seconds for name, c in counts.items()}
        edges = edges_of(bins, list(hz.values()), what, "Hz")
        numbers_in = {name: np.histogram(values, edges)[0] for name, values in hz.items()}
    ax = axes_for(ax, what, (4.2, 2.8))
    for index, (name, found) in enumerate(numbers_in.items()):
        outline(ax, 100 * found / trains[name].size, edges, index, name)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(bottom=0)
    ax.set_xlabel("firing rate (Hz)")
    ax.set_ylabel("share of neurons (%)")
    if len(trains) > 1:
        ax.legend()
    return ax


@theme()
def weights(
    weights: Mapping[str, NDArray[Any]] | NDArray[Any] | Sequence[float],
    *,
    before: NDArray[Any] | Sequence[float] | None = None,
    bins: int | Sequence[float] = 50,
    unit: str = "mV",
    log: bool = False,
    ax: Axes | None = None,
) -> Axes:
    """Draw how weights are spread, before and after learning or of several projections.

    Parameters
    ----------
    weights : float array of any shape, or mapping of name to such
        Weights of synapses, in ``unit``.
    before : float array of any shape, default none
        The same weights before learning; only where ``weights`` is one array. They are then
        labelled "before" and "after".
    bins : int, or float [edges], default 50
        Number of bins over all weights, or their edges in ``unit``, which must hold every weight.
    unit : str, default "mV"
        Of a weight: mV for current-free models, pA or nS for others (docs/semantics.md).
    log : bool, default False
        Logarithmic numbers of synapses, for long tails.
    ax : Axes, default those of a new figure

    Returns
    -------
    Axes
        With the number of synapses per bin.

    Raises
    ------
    PlotValueError
        A weight is NaN, there is none, bins miss one, ``before`` comes with a mapping.
    PlotTypeError
        Weights are no numbers.

    Examples
    --------
    >>> ax = weights(after, before=initial, unit="pA")
    """
    what = "weights"
    if before is not None and isinstance(weights, Mapping):
        raise value_error(
            what, "before", "given", "None where weights is a mapping: put both into the mapping"
        )
    given: dict[str, Any] = (
        {"before": before, "after": weights}
        if before is not None
        else named(weights, what, "weights", "")
    )
    found = {name: _flat(values, name, unit) for name, values in given.items()}
    edges = edges_of(bins, list(found.values()), what, unit)
    ax = axes_for(ax, what, (4.2, 2.8))
    for index, (name, values) in enumerate(found.items()):
        outline(ax, np.histogram(values, edges)[0].astype(np.float64), edges, index, name)
    if log:
        ax.set_yscale("log")
        ax.set_ylim(bottom=0.7)
    else:
        ax.set_ylim(bottom=0)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_xlabel(f"weight ({unit})")
    ax.set_ylabel("synapses")
    if len(found) > 1:
        ax.legend()
    return ax


def _flat(values: Any, name: str, unit: str) -> FloatArray:
    what = f"weights: {name!r}" if name else "weights"
    flat = numbers(np.ravel(values), what, "weights", unit)
    if not flat.size:
        raise value_error(what, "number of weights", 0, "one or more")
    return flat
