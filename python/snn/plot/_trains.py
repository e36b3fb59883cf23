# SPDX-License-Identifier: Apache-2.0
"""Spike trains as arrays that were checked, and the window that a picture shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from snn import _core

from ._check import chosen, field_of, finite, named, numbers, positive
from ._errors import type_error, value_error
from ._types import FloatArray, SpikeTrain

__all__ = ["Train", "Window", "population_rate_hz", "trains_of", "window_of"]


@dataclass(frozen=True)
class Train:
    """Spikes of one population: times in ms, neuron of each, neurons of the population."""

    times_ms: FloatArray
    neurons: NDArray[np.int64]
    size: int
    duration_ms: float | None

    def within(self, window: Window) -> Train:
        """The spikes inside a window, both ends included."""
        inside = (self.times_ms >= window.start_ms) & (self.times_ms <= window.stop_ms)
        return Train(self.times_ms[inside], self.neurons[inside], self.size, self.duration_ms)


@dataclass(frozen=True)
class Window:
    """Start and end of what is shown, ms."""

    start_ms: float
    stop_ms: float


def _integers(values: object, what: str, field: str) -> NDArray[np.int64]:
    array = np.asarray(_core._on_host(values, what, field))
    if array.dtype.kind in "iu" and array.ndim == 1:
        return array.astype(np.int64)
    found = numbers(values, what, field, "")
    if (found != np.floor(found)).any():
        raise value_error(what, field, found[found != np.floor(found)][0], "integers")
    return found.astype(np.int64)


def _train(train: SpikeTrain, what: str) -> Train:
    times = numbers(field_of(train, what, "times_ms"), what, "times_ms", "ms")
    neurons = _integers(field_of(train, what, "neurons"), what, "neurons")
    size = field_of(train, what, "size")
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
        raise type_error(what, "size", size, "the number of neurons, an integer > 0")
    if size < 1:
        raise value_error(what, "size", f"{size} neurons", "an integer > 0")
    if len(times) != len(neurons):
        raise value_error(
            what, "length of neurons", len(neurons), f"{len(times)}, the length of times_ms"
        )
    outside = neurons[(neurons < 0) | (neurons >= size)]
    if outside.size:
        raise value_error(what, "an entry of neurons", outside[0], f"0 .. {size - 1}")
    duration = getattr(train, "duration_ms", None)
    return Train(
        times,
        neurons,
        int(size),
        None if duration is None else positive(duration, what, "duration_ms", "ms"),
    )


def trains_of(
    spikes: Mapping[str, SpikeTrain] | SpikeTrain, populations: Sequence[str] | None, what: str
) -> dict[str, Train]:
    """Name -> checked train; one train alone has the name ""."""
    if populations is not None and not isinstance(spikes, Mapping):
        raise value_error(
            what, "populations", list(populations), "None where spikes is one train without a name"
        )
    trains = chosen(named(spikes, what, "spikes", ""), populations, what, "populations")
    return {
        name: _train(train, f"{what}: spikes of {name!r}" if name else f"{what}: spikes")
        for name, train in trains.items()
    }


def window_of(
    trains: Mapping[str, Train],
    what: str,
    start_ms: float | None,
    stop_ms: float | None,
    step_ms: float | None,
) -> Window:
    """What is shown: what was asked for, else 0 to the longest ``duration_ms``.

    Without a duration the end is that of the ``step_ms`` in which the last spike falls; where
    ``step_ms`` is None it must be given, because a rate depends on it.
    """
    first = min(
        (train.times_ms.min() for train in trains.values() if train.times_ms.size), default=0.0
    )
    start = (
        min(0.0, float(first)) if start_ms is None else finite(start_ms, what, "t_start_ms", "ms")
    )
    if stop_ms is not None:
        stop = finite(stop_ms, what, "t_stop_ms", "ms")
        if stop <= start:
            raise value_error(
                what, "t_stop_ms", f"{stop} ms", f"a time after the start, {start} ms"
            )
        return Window(start, stop)
    durations = [train.duration_ms for train in trains.values()]
    known = [duration for duration in durations if duration is not None]
    if step_ms is None and len(known) < len(durations):
        raise value_error(
            what,
            "t_stop_ms",
            None,
            "a time in ms where a train has no duration_ms, as rates depend on it",
        )
    ends = list(known)
    if step_ms is not None:
        last = max(
            (train.times_ms.max() for train in trains.values() if train.times_ms.size),
            default=start,
        )
        # A spike at the very end of a run is no reason to show more than the run.
        if not known or last > max(known):
            ends.append(start + step_ms * (np.floor((max(last, start) - start) / step_ms) + 1))
    stop = float(max(ends))
    if stop <= start:
        raise value_error(
            what, "t_start_ms", f"{start} ms", f"a time before the end of the run, {stop} ms"
        )
    return Window(start, stop)


def population_rate_hz(
    train: Train, window: Window, bin_ms: float
) -> tuple[FloatArray, FloatArray]:
    """(rates, edges): spikes per neuron and second in bins of ``bin_ms``, the last may be shorter.

    Returns
    -------
    rates : float64 [bins], Hz
    edges : float64 [bins + 1], ms
    """
    length = window.stop_ms - window.start_ms
    bins = max(1, int(np.ceil(length / bin_ms - 1e-9)))
    edges = window.start_ms + bin_ms * np.arange(bins + 1, dtype=np.float64)
    edges[-1] = window.stop_ms
    counts = np.histogram(train.times_ms, edges)[0]
    rates: FloatArray = counts / (train.size * np.diff(edges) * 1e-3)
    return rates, edges
