# SPDX-License-Identifier: Apache-2.0
"""Measuring Python functions, and grams of CO2e with the intensity beside them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, Generic, Protocol, TypeVar

from snn import _core

Work = Callable[[], object]
_WINDOW = ("min_window_s", "min_updates", "max_window_s", "update_timeout_s")


class MeasureClock(Protocol):
    """Time as measurements see it; tests bring their own."""

    def now_s(self) -> float:
        """Seconds since some moment, never decreasing."""

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass."""


@dataclasses.dataclass(frozen=True)
class Measurement:
    """Joules of one program, mean over trials with 95 % intervals, and the trials themselves.

    Attributes
    ----------
    energy : ContestantEnergy
        Its figures: total and dynamic energy per repetition and per sample, power, time.
    comparison : EnergyComparison
        Everything they follow from: counter, plan, and all trials, those that do not count too.
    """

    energy: _core.ContestantEnergy
    comparison: _core.EnergyComparison

    @property
    def total(self) -> _core.TrialMeanJoules:
        """Joules of a repetition, idle power included: .mean.joules, .low, .high."""
        return self.energy.total

    @property
    def dynamic(self) -> _core.TrialMeanJoules:
        """Joules of a repetition beyond idle power. Never quote it without the total."""
        return self.energy.dynamic

    @property
    def counter(self) -> str:
        """Name of the meter."""
        return self.comparison.counter

    def __repr__(self) -> str:
        total = self.total
        return (f"<Measurement by {self.counter}: total {total.mean:.4g} per repetition, 95 % "
                f"interval {total.low.joules:.4g} to {total.high.joules:.4g} J, "
                f"{self.energy.trials} trials>")

    def _repr_html_(self) -> str:
        return comparison_html(self.comparison)


def comparison_html(comparison: _core.EnergyComparison) -> str:
    """A table of a comparison's figures, as notebooks show it."""
    from html import escape
    rows = ""
    for name in comparison.names:
        figures = comparison.energy(name)
        if isinstance(figures, _core.Unavailable):
            rows += f"<tr><td>{escape(name)}</td><td colspan=3>{escape(figures.reason)}</td></tr>"
            continue
        cells = "".join(
            f"<td>{m.mean.joules:.4g} ({m.low.joules:.4g} to {m.high.joules:.4g})</td>"
            for m in (figures.total, figures.dynamic))
        rows += f"<tr><td>{escape(name)}</td>{cells}<td>{figures.repetition_s.mean:.4g}</td></tr>"
    return (f"<p>Measured by {escape(comparison.counter)}: means per repetition with 95 % "
            "intervals</p><table><tr><th>program</th><th>total (J)</th><th>dynamic (J)</th>"
            f"<th>time (s)</th></tr>{rows}</table>")


def _options(fields: dict[str, Any]) -> _core.CompareOptions:
    window = {name: fields.pop(name) for name in _WINDOW if name in fields}
    if "window" in fields and window:
        raise TypeError(f"window is given, and {', '.join(window)} too")
    if window:
        fields["window"] = _core.MeasureOptions(**window)
    return _core.CompareOptions(**fields)


def _opened(meter: _core.Meter | None) -> _core.Meter | _core.Unavailable:
    if meter is None:
        try:
            return _core.open_meter()
        except _core.UnavailableError as error:
            return _core.Unavailable(reason=error.reason, fix=error.fix)
    if not isinstance(meter, _core.Meter):
        raise TypeError(f"meter = {meter!r}; allowed: a Meter of open_meter(), or None")
    return meter


def _program(name: str, work: Work) -> Work:
    if not callable(work):
        raise TypeError(f"{name}: work = {work!r}; allowed: a function without parameters")
    return work


def compare(programs: Mapping[str, Work], *, meter: _core.Meter | None = None,
            samples: float | Mapping[str, float] = 1, sync: Work | None = None,
            on_trial: Callable[[int, int], object] | None = None,
            clock: MeasureClock | None = None,
            **options: Any) -> _core.EnergyComparison | _core.Unavailable:
    """Measure functions against each other: idle baselines, random order, warm-up, trials.

    The functions run in this thread and hold the GIL as any Python code does; between their calls
    it is free, and the counter is read without it. The protocol: docs/measuring.md.

    Parameters
    ----------
    programs : mapping of str to callable
        One repetition of each, without parameters. It may be short.
    meter : Meter, optional
        Of open_meter(); by default the CPU's.
    samples : float or mapping of str to float, default 1
        Inferences in one repetition, of all or of each.
    sync : callable, optional
        Returns when a device has done all it was given, as torch.cuda.synchronize does.
    on_trial : callable, optional
        Called before each trial with (trial from 0, trials).
    clock : MeasureClock, optional
        By default the system's.
    **options
        Those of CompareOptions and MeasureOptions by name: trials=10, warm_up_s=2,
        min_window_s=5, cool_down_s=3, max_total_s=3600, seed=1, ...

    Returns
    -------
    EnergyComparison or Unavailable
        Raw trials, with energy(name) and ratio(over, under) for the figures; or why there are
        none: no sensor, a counter that fails, a plan that does not fit into the limits.

    Raises
    ------
    ConfigError
        For options that make no sense.
    TypeError
        For an option there is not, or a program that is no function.
    KeyboardInterrupt
        After Ctrl-C. What a program raises ends the measurement too; the meter can be used again.
    """
    given = _options(options)
    each = {name: float(samples[name] if isinstance(samples, Mapping) else samples)
            for name in programs}
    listed = [(name, _program(name, work), each[name]) for name, work in programs.items()]
    opened = _opened(meter)
    if isinstance(opened, _core.Unavailable):
        return opened
    return _core._compare(opened, listed, given, clock, sync, on_trial)


def measure(work: Work, *, meter: _core.Meter | None = None, samples: float = 1,
            name: str | None = None, sync: Work | None = None,
            on_trial: Callable[[int, int], object] | None = None,
            clock: MeasureClock | None = None,
            **options: Any) -> Measurement | _core.Unavailable:
    """Joules of a function, by the whole protocol: compare() with one program.

    Parameters
    ----------
    work : callable
        One repetition, without parameters. It may be short.
    meter : Meter, optional
        Of open_meter(); by default the CPU's.
    samples : float, default 1
        Inferences in one repetition.
    name : str, optional
        Of the program; by default the function's.
    sync, on_trial, clock, **options
        As compare() takes them.

    Returns
    -------
    Measurement or Unavailable
        Figures with 95 % intervals, or why there are none: reason, and what would help.

    Raises
    ------
    ConfigError, TypeError, KeyboardInterrupt
        As compare() does, and what the function raises.
    """
    called = name or str(getattr(work, "__name__", "work"))
    result = compare({called: work}, meter=meter, samples=samples, sync=sync, on_trial=on_trial,
                     clock=clock, **options)
    if isinstance(result, _core.Unavailable):
        return result
    energy = result.energy()
    return energy if isinstance(energy, _core.Unavailable) else Measurement(energy, result)


def measure_window(work: Work, *, meter: _core.Meter | None = None, sync: Work | None = None,
                   clock: MeasureClock | None = None,
                   **options: Any) -> _core.Measured | _core.Unavailable:
    """One window around a function: joules and their quantisation, without warm-up or interval.

    Parameters
    ----------
    work : callable
        One repetition; repeated until the window is long enough.
    meter, sync, clock
        As compare() takes them.
    **options
        Those of MeasureOptions by name: min_window_s=5, min_updates=50, ...

    Returns
    -------
    Measured or Unavailable
        Joules per repetition, or why there are none.
    """
    given = _core.MeasureOptions(**options)
    _program("measure_window", work)
    opened = _opened(meter)
    if isinstance(opened, _core.Unavailable):
        return opened
    return _core._measure_window(opened, work, given, clock, sync)


def measure_run(job: Callable[[Callable[[], None]], object], *, meter: _core.Meter | None = None,
                sync: Work | None = None, clock: MeasureClock | None = None,
                **options: Any) -> _core.MarkedRun:
    """Measure one long job that cannot be repeated, and its parts, e.g. a training's epochs.

    Parameters
    ----------
    job : callable
        Runs exactly once, meter or no meter. It is given `mark`, to be called at each moment whose
        joules are wanted, from the same thread.
    meter, sync, clock
        As compare() takes them.
    **options
        Those of MeasureOptions by name.

    Returns
    -------
    MarkedRun
        whole, and marks with at_s, since_start and since_last_mark: each Measured or Unavailable.
    """
    given = _core.MeasureOptions(**options)
    _program("measure_run", job)
    opened = _opened(meter)
    none = _core.Unavailable()
    if isinstance(opened, _core.Unavailable):
        return _core._measure_run(None, opened, job, given, clock, sync)
    return _core._measure_run(opened, none, job, given, clock, sync)


Grams = TypeVar("Grams", _core.MeasuredGrams, _core.ModelledGrams)


@dataclasses.dataclass(frozen=True)
class Co2e(Generic[Grams]):
    """Grams of CO2e with what they were computed with; the grams keep the kind of their joules.

    Attributes
    ----------
    grams : MeasuredGrams or ModelledGrams
        Of CO2e.
    carbon : CarbonChoice
        Intensity of the electricity (g CO2e per kWh, country, year, source) and PUE.
    """

    grams: Grams
    carbon: _core.CarbonChoice

    def __repr__(self) -> str:
        return f"<{self.grams:.4g}, at {self.carbon.text}>"


def co2e(joules: _core.MeasuredJoules | _core.ModelledJoules, country: str | float | None = None,
         pue: float = 1.0) -> Co2e[Any]:
    """Grams of CO2e of so many joules of electricity: kWh x PUE x g per kWh.

    Parameters
    ----------
    joules : MeasuredJoules or ModelledJoules
        The grams are of the same kind. A bare number says no kind and is a TypeError.
    country : str or float, optional
        ISO 3166 alpha-3 code as "FRA", or your own intensity in g per kWh. By default the
        environment's SNN_CARBON_REGION, else the world's mean.
    pue : float, default 1.0
        Energy of the data centre over that of its machines, >= 1.

    Raises
    ------
    ConfigError
        For an unknown country (lists the codes), or a PUE below 1.
    """
    carbon = _core.choose_carbon(country, pue)
    grams: Any = carbon.grams(joules)
    return Co2e(grams, carbon)
