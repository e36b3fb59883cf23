# SPDX-License-Identifier: Apache-2.0
"""What a simulation recorded, as arrays with names and units."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    import pandas

    from snn._core import Population, Projection

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, eq=False)
class SpikeTrain:
    """Spikes of a population in order of time, then neuron.

    Attributes
    ----------
    times_ms : float64 array of shape (spikes,)
        Time of each spike, ms.
    neurons : int32 array of shape (spikes,)
        Its neuron's number in the population.
    size : int
        Number of neurons that were looked at.
    duration_ms : float
        Simulated time at the end of the recording, ms.
    name : str
        Of the population.
    start_ms : float
        Simulated time at its start, ms.
    """

    times_ms: npt.NDArray[np.float64]
    neurons: npt.NDArray[np.int32]
    size: int
    duration_ms: float
    name: str = ""
    start_ms: float = 0.0

    def __len__(self) -> int:
        return len(self.times_ms)

    def __repr__(self) -> str:
        return (f"<SpikeTrain {self.name}: {len(self)} spikes of {self.size} neurons in "
                f"{self.duration_ms - self.start_ms:g} ms>")

    def _repr_html_(self) -> str:
        from html import escape
        return (f"<table><tr><th>{escape(self.name)}</th><th>spikes</th><th>neurons</th>"
                f"<th>ms</th><th>mean rate (Hz)</th></tr><tr><td></td><td>{len(self)}</td>"
                f"<td>{self.size}</td><td>{self.duration_ms - self.start_ms:g}</td>"
                f"<td>{self.rate_hz:.3g}</td>"
                "</tr></table>")

    @property
    def rate_hz(self) -> float:
        """Mean rate per neuron while it was recorded, Hz; NaN before anything was simulated."""
        length_ms = self.duration_ms - self.start_ms
        if self.size == 0 or length_ms == 0:
            return float("nan")
        return len(self) / self.size / (length_ms * 1e-3)

    def of(self, neuron: int) -> npt.NDArray[np.float64]:
        """Times of one neuron's spikes, ms."""
        return np.asarray(self.times_ms[self.neurons == neuron])

    def between(self, start_ms: float, stop_ms: float) -> SpikeTrain:
        """The spikes at start_ms <= t < stop_ms, as a train from there to there; times stay."""
        inside = (self.times_ms >= start_ms) & (self.times_ms < stop_ms)
        return dataclasses.replace(self, times_ms=self.times_ms[inside],
                                   neurons=self.neurons[inside], start_ms=start_ms,
                                   duration_ms=stop_ms)

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with the columns time_ms and neuron; ImportError without pandas."""
        import pandas
        return pandas.DataFrame({"time_ms": self.times_ms, "neuron": self.neurons})


@dataclasses.dataclass(frozen=True, eq=False)
class StateTrace:
    """A state variable of some neurons over time.

    Attributes
    ----------
    times_ms : float64 array of shape (samples,)
        Start of each sampled tick, ms.
    values : float32 array of shape (samples, neurons)
        In the variable's unit; membranes in mV, before the reset.
    neurons : int32 array of shape (neurons,)
        Numbers of the recorded neurons.
    name, variable : str
        Of the population, and of the variable.
    """

    times_ms: npt.NDArray[np.float64]
    values: npt.NDArray[np.float32]
    neurons: npt.NDArray[np.int32]
    name: str = ""
    variable: str = "v"

    def __len__(self) -> int:
        return len(self.times_ms)

    def __repr__(self) -> str:
        return (f"<StateTrace {self.name}.{self.variable}: {len(self)} samples of "
                f"{len(self.neurons)} neurons>")

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with one column per neuron and time_ms as index; ImportError without pandas."""
        import pandas
        index = pandas.Index(self.times_ms, name="time_ms")
        return pandas.DataFrame(self.values, index=index, columns=list(self.neurons))


@dataclasses.dataclass(frozen=True, eq=False)
class WeightTrace:
    """Weights of some synapses of a projection over time.

    Attributes
    ----------
    times_ms : float64 array of shape (samples,)
        ms.
    values : float32 array of shape (samples, synapses)
        In the unit of the description.
    synapses : int64 array of shape (synapses,)
        Their numbers in Simulation.synapses().
    name : str
        Of the projection.
    """

    times_ms: npt.NDArray[np.float64]
    values: npt.NDArray[np.float32]
    synapses: npt.NDArray[np.int64]
    name: str = ""

    def __repr__(self) -> str:
        return (f"<WeightTrace {self.name}: {len(self.times_ms)} samples of "
                f"{len(self.synapses)} synapses>")


@dataclasses.dataclass(frozen=True, eq=False)
class Synapses:
    """The synapses of a projection as they are, source by source.

    Attributes
    ----------
    source, target : int32 arrays of shape (synapses,)
        Neurons.
    delay_ms : float64 array of shape (synapses,)
        ms.
    weight : float32 array of shape (synapses,)
        In the unit of the description.
    name : str
        Of the projection.
    """

    source: npt.NDArray[np.int32]
    target: npt.NDArray[np.int32]
    delay_ms: npt.NDArray[np.float64]
    weight: npt.NDArray[np.float32]
    name: str = ""

    def __len__(self) -> int:
        return len(self.source)

    def __repr__(self) -> str:
        return f"<Synapses {self.name}: {len(self)}>"

    def to_pandas(self) -> pandas.DataFrame:
        """A frame with a row for each synapse; ImportError without pandas."""
        import pandas
        return pandas.DataFrame({"source": self.source, "target": self.target,
                                 "delay_ms": self.delay_ms, "weight": self.weight})


class Recorded(Mapping[str, T], Generic[T]):
    """What was recorded, by the name of the population (or by the population itself)."""

    def __init__(self, names: list[str], get: Callable[[str | Population | Projection], T],
                 how: str) -> None:
        self._names = names
        self._get = get
        self._how = how

    def __getitem__(self, key: str | Population | Projection) -> T:
        name = key if isinstance(key, str) else key.name
        if name not in self._names:
            there = ", ".join(self._names) or "nothing"
            raise KeyError(f"{name} was not recorded: call {self._how} before the run; recorded: "
                           f"{there}")
        return self._get(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"<recorded: {', '.join(self._names) or 'nothing'}>"
