# SPDX-License-Identifier: Apache-2.0
"""The balanced benchmark networks as plain numbers, for every simulator. Units: ms, mV, pF, pA, nS, Hz.

  brunel-busy, brunel-low   Brunel, J. Comput. Neurosci. 8 (2000) 183, fig. 8: g 5, eta 2 and g 6, eta 1
  cuba                      Vogels & Abbott, J. Neurosci. 25 (2005) 10786; Brette et al., J. Comput. Neurosci. 23
                            (2007) 349, benchmark 2
  coba                      the same with conductances, as Zenke & Gerstner, Front. Neuroinform. 8 (2014) 76, run it
  stdp-balanced             the plastic network of Brette et al., benchmark 5 (NEST's cuba_stdp.py)

The sixth network, the microcircuit, is in microcircuit_spec.py.
"""

import dataclasses
import math

import numpy as np

DT_MS = 0.1


@dataclasses.dataclass(frozen=True)
class Stdp:
    """Pair-based STDP, all spikes to all; w in [0, w_max]. The whole delay is dendritic."""

    w_max: float
    learning_rate: float  # lambda
    alpha: float
    mu: float
    tau_plus_ms: float
    tau_minus_ms: float
    initial_mean: float
    initial_sd: float
    frozen: bool  # weights keep their drawn values: the cost of plasticity is the difference


@dataclasses.dataclass(frozen=True)
class Balanced:
    """Excitatory (E) and inhibitory (I) neurons of one model. Every neuron draws `indegree` sources from each,
    uniformly, with replacement, itself not excluded."""

    model: str  # NEST's name
    neuron: dict  # NEST's parameters
    sizes: dict  # population -> neurons
    indegree: dict  # source population -> synapses of each neuron
    weight: dict  # source population -> mV (delta), pA (currents) or nS (conductances, inhibitory ones negative)
    delay_ms: float
    v_init: tuple  # ("uniform", low, high) or ("normal", mean, sd, highest)
    poisson_hz: float = 0.0  # of every neuron, with the weight of E
    stdp: Stdp | None = None  # of synapses from E to E

    def neurons(self):
        return sum(self.sizes.values())

    def synapses(self):
        return self.neurons() * sum(self.indegree.values())

    def mean_out_degree(self):
        """Synapses of a neuron of each population, by the name of the population."""
        return {p: self.neurons() * k / self.sizes[p] for p, k in self.indegree.items()}


def brunel(g, eta):
    j, k_e, tau_m, v_th = 0.1, 1000, 20.0, 20.0
    threshold_hz = 1000.0 * v_th / (j * k_e * tau_m)
    return Balanced(
        model="iaf_psc_delta",
        neuron={"C_m": 250.0, "tau_m": tau_m, "E_L": 0.0, "V_th": v_th, "V_reset": 0.0, "t_ref": 2.0},
        sizes={"E": 10000, "I": 2500},
        indegree={"E": k_e, "I": 250},
        weight={"E": j, "I": -g * j},
        delay_ms=1.5,
        v_init=("uniform", 0.0, v_th),
        poisson_hz=eta * threshold_hz * k_e,
    )


def cuba(scale=1, delay_ms=0.8):
    return Balanced(
        model="iaf_psc_exp",
        neuron={"C_m": 200.0, "tau_m": 20.0, "E_L": -49.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 5.0,
                "tau_syn_ex": 5.0, "tau_syn_in": 10.0},
        sizes={"E": round(3200 * scale), "I": round(800 * scale)},
        indegree={"E": 64, "I": 16},
        weight={"E": 16.2, "I": -90.0},
        delay_ms=delay_ms,
        v_init=("uniform", -60.0, -50.0),
    )


def coba(scale=1, delay_ms=0.8):
    return dataclasses.replace(
        cuba(scale, delay_ms),
        model="iaf_cond_exp",
        neuron={"C_m": 200.0, "g_L": 10.0, "E_L": -60.0, "V_th": -50.0, "V_reset": -60.0, "t_ref": 5.0,
                "E_ex": 0.0, "E_in": -80.0, "tau_syn_ex": 5.0, "tau_syn_in": 10.0, "I_e": 200.0},
        weight={"E": 4.0, "I": -51.0},
    )


def stdp_balanced(static=False):
    rule = Stdp(w_max=70.0, learning_rate=0.01, alpha=1.05, mu=1.0, tau_plus_ms=20.0, tau_minus_ms=20.0,
                initial_mean=35.0, initial_sd=3.0, frozen=static)
    return Balanced(
        model="iaf_psc_exp",
        neuron={"C_m": 250.0, "tau_m": 20.0, "E_L": 0.0, "V_th": 20.0, "V_reset": 0.0, "t_ref": 2.0,
                "tau_syn_ex": 2.0, "tau_syn_in": 2.0},
        sizes={"E": 9000, "I": 2250},
        indegree={"E": 900, "I": 225},
        weight={"E": 35.0, "I": -175.0},
        delay_ms=1.5,
        v_init=("normal", 7.0, 5.0, 19.9),
        poisson_hz=4050.0,
        stdp=rule,
    )


NAMES = ["brunel-busy", "brunel-low", "cuba", "coba", "stdp-balanced"]


def balanced(name, scale=1, delay_ms=0.8, static=False):
    """The network `name`; `scale` and `delay_ms` are options of cuba and coba, `static` of stdp-balanced."""
    if name == "brunel-busy":
        return brunel(g=5.0, eta=2.0)
    if name == "brunel-low":
        return brunel(g=6.0, eta=1.0)
    if name == "stdp-balanced":
        return stdp_balanced(static)
    return {"cuba": cuba, "coba": coba}[name](scale, delay_ms)


def draw_v_init(rng, v_init, size):
    """`size` initial membranes, for simulators that take them as an array."""
    if v_init[0] == "uniform":
        return rng.uniform(v_init[1], v_init[2], size)
    mean, sd, highest = v_init[1:] if len(v_init) == 4 else (*v_init[1:], math.inf)
    return np.minimum(rng.normal(mean, sd, size), highest)
