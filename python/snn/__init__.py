# SPDX-License-Identifier: Apache-2.0
"""Spiking neural networks whose energy is known.

Describe a network once; simulate it event by event, train it by surrogate gradients beside its
dense twin, and get for both accuracy, exact counts, measured and modelled joules.

>>> import snn
>>> net = snn.Network()
>>> noise = net.add(snn.PoissonSource(rate_hz=20), 100, name="noise")
>>> E = net.add(snn.Lif(tau_m_ms=20, v_th_mv=-50), 1000, name="E")
>>> fan = net.connect(noise, E, snn.FixedProbability(0.1), weight=8, delay_ms=1.5)
>>> run = snn.Simulation(net, dt_ms=0.1, seed=7).record_spikes(E).run_ms(100)
>>> spikes = run.spikes["E"]
"""

from typing import Any

from snn import _core
from snn._core import *  # noqa: F403
from snn._core import __version__ as __version__
from snn.benchmark import BenchModel, BenchResults, bench
from snn.energy import (
    Co2e,
    MeasureClock,
    Measurement,
    co2e,
    compare,
    measure,
    measure_run,
    measure_window,
)
from snn.equations import EquationNeurons, NeuronModel
from snn.records import SpikeTrain, StateTrace, Synapses, WeightTrace
from snn.simulation import Simulation
from snn.training import Trainer, random_split

__all__ = [
    *(name for name in dir(_core) if not name.startswith("_")),
    "BenchModel", "BenchResults", "Co2e", "EquationNeurons", "MeasureClock", "Measurement",
    "NeuronModel", "Simulation", "SpikeTrain", "StateTrace", "Synapses", "Trainer", "WeightTrace",
    "__version__", "bench", "co2e", "compare", "measure", "measure_run", "measure_window",
    "random_split",
]


def __getattr__(name: str) -> Any:
    """What needs packages that not everybody has is imported when it is used."""
    if name == "SpikingClassifier":
        from snn.sklearn import SpikingClassifier
        return SpikingClassifier
    if name == "plot":
        import importlib
        return importlib.import_module("snn.plot")
    raise AttributeError(f"module 'snn' has no attribute {name!r}")
