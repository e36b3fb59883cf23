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

from snn._core import *  # noqa: F403
from snn._core import __version__ as __version__
from snn.equations import EquationNeurons, NeuronModel
from snn.records import SpikeTrain, StateTrace, Synapses, WeightTrace
from snn.simulation import Simulation

__all__ = [  # noqa: PLE0604
    *[name for name in dir(__import__("snn._core", fromlist=["_core"])) if name[0] != "_"],
    "EquationNeurons", "NeuronModel", "Simulation", "SpikeTrain", "StateTrace", "Synapses",
    "WeightTrace", "__version__",
]
