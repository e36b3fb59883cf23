# SPDX-License-Identifier: Apache-2.0
"""Event-driven runs of a network, with recordings as arrays."""

from __future__ import annotations

import os
from typing import Any, TypeVar

import numpy as np

from snn import _core
from snn._progress import Progress, follower
from snn.records import Recorded, SpikeTrain, StateTrace, Synapses, WeightTrace

Self = TypeVar("Self", bound="Simulation")


class Simulation(_core._Simulation):  # noqa: D101 - the text of the C++ header
    __doc__ = _core._Simulation.__doc__

    def __init__(self, network: _core.Network, options: _core.SimulationOptions | None = None,
                 **fields: Any) -> None:
        super().__init__(network, options, **fields)
        self._spiking: dict[str, float] = {}  # since when, ms
        self._traced: dict[str, list[str]] = {}
        self._weighed: list[str] = []

    def run_ms(self: Self, duration_ms: float, progress: Progress = None) -> Self:
        """Advance; runs in pieces equal one run.

        Parameters
        ----------
        duration_ms : float
            Simulated time to add, ms; a multiple of dt_ms.
        progress : bool or callable, optional
            True: a progress bar. A function is called about ten times per second with (done, of)
            in ms; if it returns False the run ends soon after.

        Returns
        -------
        Simulation
            Itself.

        Raises
        ------
        KeyboardInterrupt
            After Ctrl-C, at the end of a tick: what was done is kept, and a run can go on.
        ConfigError
            For a duration that is negative or not finite.
        """
        with follower(progress, "ms") as tell:
            super().run_ms(duration_ms, tell)
        return self

    def run_ticks(self: Self, ticks: int, progress: Progress = None) -> Self:
        """Advance by a number of ticks, otherwise as run_ms()."""
        with follower(progress, "ms") as tell:
            super().run_ticks(ticks, tell)
        return self

    def record_spikes(self: Self, *populations: _core.Population | str) -> Self:
        """Record spikes of populations (of all, if none is named) from now on.

        Returns
        -------
        Simulation
            Itself.
        """
        chosen = [self._population(p) for p in populations] or list(self.network.populations)
        super().record_spikes(*chosen)
        for population in chosen:
            self._spiking.setdefault(population.name, self.time_ms)
        return self

    def record_membrane(self: Self, population: _core.Population | str,
                        interval_ms: float = 0.0) -> Self:
        """Record the membrane potential (mV) of a population, or of a part such as E[:10].

        Parameters
        ----------
        population : Population or str
            A second call for it replaces the first.
        interval_ms : float, default 0.0
            A multiple of dt_ms; 0: every tick.

        Returns
        -------
        Simulation
            Itself.
        """
        chosen = self._population(population)
        super().record_membrane(chosen, interval_ms)
        self._note("v", chosen.name)
        return self

    def record_state(self: Self, population: _core.Population | str, variable: str,
                     interval_ms: float = 0.0) -> Self:
        """Record any variable of the neurons' state, as "w" or "g_inhibitory".

        Parameters
        ----------
        population : Population or str
            Or a part, such as E[:10].
        variable : str
            Its name; "v" is the membrane potential.
        interval_ms : float, default 0.0
            A multiple of dt_ms; 0: every tick.

        Returns
        -------
        Simulation
            Itself.

        Raises
        ------
        ConfigError
            For a variable that the model does not have; names those there are.
        """
        chosen = self._population(population)
        super().record_state(chosen, variable, interval_ms)
        self._note(variable, chosen.name)
        return self

    def record_weights(self: Self, projection: _core.Projection, *, synapses: Any = None,
                       interval_ms: float = 0.0) -> Self:
        """Record weights of a projection with plasticity from now on.

        Parameters
        ----------
        projection : Projection
            A second call for it replaces the first.
        synapses : array of int, optional
            Numbers in synapses(); all if not given.
        interval_ms : float, default 0.0
            A multiple of dt_ms; 0: every tick.

        Returns
        -------
        Simulation
            Itself.
        """
        super().record_weights(projection, synapses=synapses, interval_ms=interval_ms)
        if projection.name not in self._weighed:
            self._weighed.append(projection.name)
        return self

    @property
    def spikes(self) -> Recorded[SpikeTrain]:
        """Recorded spikes by population: run.spikes["E"], run.spikes[E], run.spikes[E[:10]]."""
        return Recorded(list(self._spiking), self._train, "record_spikes()")

    @property
    def membrane(self) -> Recorded[StateTrace]:
        """Recorded membrane potentials (mV) by population."""
        return self.state("v")

    def state(self, variable: str) -> Recorded[StateTrace]:
        """Recorded traces of a state variable by population: run.state("w")["E"]."""
        how = "record_membrane()" if variable == "v" else f'record_state(..., "{variable}")'
        return Recorded(self._traced.get(variable, []), lambda p: self._trace(p, variable), how)

    @property
    def weights(self) -> Recorded[WeightTrace]:
        """Recorded weights by projection."""
        return Recorded(self._weighed, self._weight_trace, "record_weights()")

    def reset(self) -> None:
        """Back to tick 0 and the initial state.

        Recordings, counters and presented data are cleared, but what is recorded stays. Files are
        completed. Weights that changed are drawn again; parameters and stimuli are as described.
        """
        super().reset()
        self._spiking = dict.fromkeys(self._spiking, 0.0)

    def synapses(self, projection: _core.Projection) -> Synapses:
        """The synapses of a projection as they are now, source by source."""
        return Synapses(*self._synapses(projection), name=projection.name)

    def record_spikes_to(self, path: str | os.PathLike[str],
                         *populations: _core.Population | str) -> None:
        """Write spikes of some populations (none named: all) to a SONATA file during runs.

        Raises
        ------
        FileError
            Here or by a run, when the file cannot be written.
        """
        super().record_spikes_to(path, *[self._population(p) for p in populations])

    def __repr__(self) -> str:
        o = self.options
        return (f"<Simulation at {self.time_ms:g} ms: dt_ms={o.dt_ms:g}, seed={o.seed}, "
                f"threads={o.threads}, device='{o.device}'>")

    def _population(self, population: object) -> _core.Population:
        if isinstance(population, str):
            return self.network[population]
        if not isinstance(population, _core.Population):
            raise TypeError(f"Simulation: population = {population!r}; allowed: a Population of "
                            "its network, or a name")
        return population

    def _note(self, variable: str, name: str) -> None:
        names = self._traced.setdefault(variable, [])
        if name not in names:
            names.append(name)

    def _train(self, key: object) -> SpikeTrain:
        population = self._population(key)
        ticks, neurons = self._spikes(population)
        size = len(population)
        whole = self.network[population.name]
        if size != len(whole):
            inside = np.isin(neurons, population.neurons)
            ticks, neurons = ticks[inside], neurons[inside]
        return SpikeTrain(ticks * self.options.dt_ms, neurons, size, self.time_ms, population.name,
                          self._spiking[population.name])

    def _trace(self, key: object, variable: str) -> StateTrace:
        population = self._population(key)
        ticks, neurons, values = self._state(population, variable)
        return StateTrace(ticks * self.options.dt_ms, values, neurons, population.name, variable)

    def _weight_trace(self, key: object) -> WeightTrace:
        projection = key
        if isinstance(key, str):
            projection = next(p for p in self.network.projections if p.name == key)
        if not isinstance(projection, _core.Projection):
            raise TypeError(f"Simulation.weights: key = {key!r}; allowed: a Projection or its name")
        ticks, synapses, values = self._weights(projection)
        return WeightTrace(ticks * self.options.dt_ms, values, synapses, projection.name)
