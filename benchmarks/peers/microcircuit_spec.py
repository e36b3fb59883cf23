# SPDX-License-Identifier: Apache-2.0
"""The cortical microcircuit of Potjans & Diesmann, Cereb. Cortex 24 (2014) 785, as plain numbers; parameters as in
the repository INM-6/microcircuit-PD14-model. Units: ms, mV, pF, pA, Hz.

A network scaled by s has round(s N) neurons, round(s^2 S) synapses of each pair and s K external inputs. Weights are
divided by sqrt(s), and a constant current makes up for the part of the mean input that is lost (van Albada et al.,
PLoS Comput. Biol. 11 (2015) e1004490).
"""

import dataclasses
import math

POPULATIONS = ["L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I"]
SIZES = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948]
EXTERNAL_INDEGREE = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100]
V_INIT_MEAN = [-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43]
V_INIT_SD = [5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48]
REFERENCE_RATES_HZ = [0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829]  # full scale, published
PROBABILITY = [  # [target][source]
    [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0],
    [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0],
    [0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0],
    [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0],
    [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0],
    [0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0],
    [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
    [0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443],
]
NEURON = {"C_m": 250.0, "tau_m": 10.0, "E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "t_ref": 2.0,
          "tau_syn_ex": 0.5, "tau_syn_in": 0.5}
PSP_MV = 0.15
EXTERNAL_HZ = 8.0  # of each external input
WEIGHT_RELATIVE_SD = 0.1
DELAY_MS = {"E": (1.5, 0.75), "I": (0.75, 0.375)}  # mean and sd by the kind of source
G = -4.0  # inhibitory weights over excitatory ones


def pa_per_mv():
    """Weight in pA whose postsynaptic potential peaks at 1 mV (585.390 for these neurons)."""
    tau_m, tau_s, c = NEURON["tau_m"], NEURON["tau_syn_ex"], NEURON["C_m"]
    ratio, gap = tau_m / tau_s, tau_m - tau_s
    peak_mv = tau_m * tau_s / (c * gap) * (ratio ** (-tau_s / gap) - ratio ** (-tau_m / gap))  # of 1 pA
    return 1.0 / peak_mv


@dataclasses.dataclass(frozen=True)
class Pair:
    """The synapses from one population to another."""

    source: str
    target: str
    synapses: int
    weight_mean: float
    weight_sd: float
    delay_mean_ms: float
    delay_sd_ms: float


@dataclasses.dataclass(frozen=True)
class Microcircuit:
    neuron: dict
    sizes: dict
    v_init: dict  # population -> ("normal", mean, sd)
    pairs: list
    current_pa: dict  # population -> constant current
    external_hz: dict  # population -> rate of the Poisson input of each neuron; 0 with drive "dc"
    external_weight: float

    def neurons(self):
        return sum(self.sizes.values())

    def synapses(self):
        return sum(pair.synapses for pair in self.pairs)

    def mean_out_degree(self):
        out = dict.fromkeys(self.sizes, 0.0)
        for pair in self.pairs:
            out[pair.source] += pair.synapses / self.sizes[pair.source]
        return out


def full_synapses(target, source):
    """Number of synapses at full scale whose expected fraction of connected pairs is p."""
    p = PROBABILITY[target][source]
    return math.log(1 - p) / math.log(1 - 1 / (SIZES[target] * SIZES[source])) if p else 0.0


def full_weight(target, source):
    """Mean weight at full scale; synapses from L4E to L23E are twice as strong."""
    kind = G if POPULATIONS[source].endswith("I") else 1.0
    doubled = 2.0 if (POPULATIONS[target], POPULATIONS[source]) == ("L23E", "L4E") else 1.0
    return kind * doubled * PSP_MV * pa_per_mv()


def compensating_current(target, scale):
    external = PSP_MV * pa_per_mv() * EXTERNAL_INDEGREE[target] * EXTERNAL_HZ
    recurrent = sum(full_weight(target, s) * round(full_synapses(target, s)) / SIZES[target] * REFERENCE_RATES_HZ[s]
                    for s in range(len(SIZES)))
    return 1e-3 * NEURON["tau_syn_ex"] * (1 - math.sqrt(scale)) * (recurrent + external)


def microcircuit(scale=1.0, drive="poisson"):
    """`drive` "dc" replaces the Poisson input by its mean; for full scale only (below, populations fall silent)."""
    weight = PSP_MV * pa_per_mv()
    pairs = []
    for t, target in enumerate(POPULATIONS):
        for s, source in enumerate(POPULATIONS):
            synapses = round(scale**2 * full_synapses(t, s))
            if synapses:
                mean = full_weight(t, s) / math.sqrt(scale)
                sd = WEIGHT_RELATIVE_SD * abs(mean)
                pairs.append(Pair(source, target, synapses, mean, sd, *DELAY_MS[source[-1]]))
    current = {p: compensating_current(t, scale) for t, p in enumerate(POPULATIONS)}
    external_hz = {p: scale * k * EXTERNAL_HZ for p, k in zip(POPULATIONS, EXTERNAL_INDEGREE)}
    if drive == "dc":
        per_hz = 1e-3 * weight / math.sqrt(scale) * NEURON["tau_syn_ex"]
        current = {p: current[p] + per_hz * external_hz[p] for p in POPULATIONS}
        external_hz = dict.fromkeys(POPULATIONS, 0.0)
    return Microcircuit(
        neuron=NEURON,
        sizes={p: round(scale * n) for p, n in zip(POPULATIONS, SIZES)},
        v_init={p: ("normal", m, sd) for p, m, sd in zip(POPULATIONS, V_INIT_MEAN, V_INIT_SD)},
        pairs=pairs,
        current_pa=current,
        external_hz=external_hz,
        external_weight=weight / math.sqrt(scale),
    )
