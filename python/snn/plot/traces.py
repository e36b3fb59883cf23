# SPDX-License-Identifier: Apache-2.0
"""Pictures of variables over time: membranes, thresholds, currents."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ._check import field_of, numbers
from ._errors import type_error, value_error
from ._style import GREY, axes_for, legend_beside, series, theme
from ._trains import trains_of
from ._types import FloatArray, SpikeTrain, Trace

__all__ = ["membrane"]

_DEFAULT_NEURONS = 5  # more lines than this hide each other


@theme()
def membrane(
    trace: Trace,
    *,
    neurons: Sequence[int] | None = None,
    threshold_mv: float | Sequence[float] | None = None,
    spikes: SpikeTrain | None = None,
    unit: str = "mV",
    label: str = "membrane potential",
    ax: Axes | None = None,
) -> Axes:
    """Draw a recorded variable of some neurons over time.

    Parameters
    ----------
    trace : trace
        Has ``times_ms`` (float64 [samples], ms), ``values`` (float [samples][neurons], in
        ``unit``) and ``neurons`` (int [neurons], the number of each recorded neuron).
    neurons : list of int, default the first 5 recorded
        Numbers of the neurons to draw, as in ``trace.neurons``. The legend says how many were
        recorded where the default leaves some out.
    threshold_mv : float, or float [neurons drawn], default none
        Thresholds, mV, as dashed lines; only with ``unit="mV"``.
    spikes : spike train, default none
        Spikes of the neurons that are drawn, within the time of the trace, as ticks above the
        lines; a row for each neuron. Fields as of :func:`raster`.
    unit : str, default "mV"
        Of the values; the label of the axis carries it.
    label : str, default "membrane potential"
        What the values are.
    ax : Axes, default those of a new figure

    Returns
    -------
    Axes

    Raises
    ------
    PlotValueError
        A value is NaN, shapes do not fit, a neuron was not recorded, a threshold comes with
        another unit.
    PlotTypeError
        An object lacks one of the fields.

    Examples
    --------
    >>> ax = membrane(trace, neurons=[0, 3], threshold_mv=-50.0, spikes=train)
    """
    what = "membrane"
    times = numbers(field_of(trace, what, "times_ms"), what, "times_ms", "ms")
    values = numbers(field_of(trace, what, "values"), what, "values", unit, dimensions=2)
    recorded = [int(n) for n in numbers(field_of(trace, what, "neurons"), what, "neurons", "")]
    if values.shape != (len(times), len(recorded)):
        raise value_error(
            what,
            "shape of values",
            list(values.shape),
            f"[{len(times)}, {len(recorded)}], samples and neurons",
        )
    drawn = recorded[:_DEFAULT_NEURONS] if neurons is None else [int(n) for n in neurons]
    if not drawn:
        raise value_error(what, "neurons", drawn, "one or more neurons")
    for neuron in drawn:
        if neuron not in recorded:
            raise value_error(
                what, "an entry of neurons", neuron, f"a recorded one: {_short(recorded)}"
            )
    thresholds = _thresholds(threshold_mv, len(drawn), unit)

    ax = axes_for(ax, what, (5.5, 2.6))
    for index, neuron in enumerate(drawn):
        look = series(index)
        ax.plot(
            times,
            values[:, recorded.index(neuron)],
            color=look.color,
            linestyle=look.line,
            linewidth=1.2,
            label=str(neuron),
        )
    same = len(set(thresholds)) == 1
    for index, threshold in enumerate(thresholds[:1] if same else thresholds):
        ax.axhline(
            threshold,
            color=GREY if same else series(index).color,
            linestyle="dashed",
            linewidth=0.9,
            label="threshold" if index == 0 else None,
        )
    if spikes is not None:
        _ticks(ax, spikes, drawn, times, values[:, [recorded.index(n) for n in drawn]], thresholds)
    ax.set_xlim(*_ends(times))
    ax.set_xlabel("time (ms)")
    ax.set_ylabel(f"{label} ({unit})")
    if len(drawn) > 1 or thresholds:
        left_out = len(recorded) - len(drawn) if neurons is None else 0
        legend_beside(
            ax, title=f"neuron ({len(drawn)} of {len(recorded)})" if left_out else "neuron"
        )
    return ax


def _short(numbers_: Sequence[int]) -> str:
    shown = ", ".join(str(n) for n in numbers_[:8])
    return shown if len(numbers_) <= 8 else f"{shown}, ... ({len(numbers_)} neurons)"


def _ends(times: FloatArray) -> tuple[float, float]:
    if not times.size:
        return 0.0, 1.0
    return float(times.min()), float(times.max()) if times.max() > times.min() else float(
        times.min()
    ) + 1


def _thresholds(given: float | Sequence[float] | None, count: int, unit: str) -> list[float]:
    what = "membrane"
    if given is None:
        return []
    if unit != "mV":
        raise value_error(
            what, "threshold_mv", given, f"None where unit is {unit!r}: thresholds are in mV"
        )
    each = [given] if np.ndim(given) == 0 else given
    found = numbers(each, what, "threshold_mv", "mV")
    if len(found) not in (1, count):
        raise value_error(
            what, "length of threshold_mv", len(found), f"1, or {count}, one per neuron drawn"
        )
    return [float(v) for v in found]


def _ticks(
    ax: Axes,
    spikes: SpikeTrain,
    drawn: Sequence[int],
    times: FloatArray,
    values: FloatArray,
    thresholds: Sequence[float],
) -> None:
    """Spikes above everything else that is drawn, the first neuron's row at the top."""
    what = "membrane"
    if hasattr(spikes, "items"):
        raise type_error(what, "spikes", spikes, "the spike train of the population of the trace")
    train = trains_of(spikes, None, what)[""]
    for neuron in drawn:
        if neuron >= train.size:
            raise value_error(
                what, "size of spikes", train.size, f"more than {neuron}, a neuron that is drawn"
            )
    everything: NDArray[np.float64] = np.append(values.ravel(), thresholds)
    top, low = (float(everything.max()), float(everything.min())) if everything.size else (1.0, 0.0)
    step = 0.07 * ((top - low) or 1.0)
    start, stop = _ends(times)
    for index, neuron in enumerate(drawn):
        at = train.times_ms[
            (train.neurons == neuron) & (train.times_ms >= start) & (train.times_ms <= stop)
        ]
        base = top + step * (len(drawn) - index)
        ax.vlines(at, base, base + 0.7 * step, color=series(index).color, linewidth=1.0)
