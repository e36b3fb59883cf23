#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes nest_spikes_MODEL.json for iaf_psc_delta, iaf_psc_exp and iaf_psc_alpha: every spike of small networks in
NEST, without and with a refractory time. Nothing in them is random inside NEST: edges, initial membranes, currents
and input spikes are listed. Made with NEST 3.10.0.

A spike of tick k (time k dt) over a delay of d ticks acts in the step that ends at tick k + d. Every listed number is
a multiple of 1/64, so the same in float and double. `margin_mv`: the spikes stay the same when all thresholds are
moved up or down by it, so an implementation whose membranes are off by less must agree spike for spike. The seed of
the drawn network is the first one for which that holds and which fires at 5 to 30 Hz with a CV of at least 0.3.

Run: $(benchmarks/peers/simulation_setup.sh) tests/validation/golden/make_nest_spikes.py [model ...]
"""

import sys

import numpy as np

import nest_files
from nest_files import DT_MS, nest

NEURONS, INHIBITORY, INPUTS = 150, 30, 30
TICKS = 10000
DELAYS = [1, 12, 27]
INDEGREE = 20  # from neurons
INPUT_TARGETS = 15  # of each input
INPUT_HZ = 15.0
MEMBRANE = {"C_m": 250.0, "tau_m": 10.0, "E_L": -70.0, "V_th": -55.0, "V_reset": -65.0}
# model -> its other parameters, mean weight of a synapse, size of the constant currents (pA), margin (mV)
MODELS = {
    "iaf_psc_delta": ({}, 1.5, 260.0, 1e-4),
    "iaf_psc_exp": ({"tau_syn_ex": 2.0, "tau_syn_in": 4.0}, 250.0, 280.0, 2e-5),
    "iaf_psc_alpha": ({"tau_syn_ex": 1.0, "tau_syn_in": 2.0}, 200.0, 280.0, 2e-5),
}
REFRACTORY_MS = [0.0, 2.0]


def grid(values):
    """Multiples of 1/64."""
    return np.round(np.asarray(values) * 64) / 64


def draw(rng, weight, current_pa):
    """Edges are columns; sources from NEURONS on are inputs. The last INHIBITORY neurons have negative weights."""
    target = np.repeat(np.arange(NEURONS), INDEGREE)
    source = rng.integers(0, NEURONS, len(target))
    target = np.concatenate([target, rng.integers(0, NEURONS, INPUTS * INPUT_TARGETS)])
    source = np.concatenate([source, np.repeat(NEURONS + np.arange(INPUTS), INPUT_TARGETS)])
    size = weight * rng.uniform(0.5, 1.5, len(source))
    inhibitory = (source >= NEURONS - INHIBITORY) & (source < NEURONS)
    order = np.lexsort((target, source))
    inputs = [np.flatnonzero(rng.random(TICKS - 1) < INPUT_HZ * DT_MS * 1e-3) + 1 for _ in range(INPUTS)]
    edges = {
        "source": source[order].tolist(),
        "target": target[order].tolist(),
        "weight": grid(np.where(inhibitory, -6.0, 1.0) * size)[order].tolist(),
        "delay_ticks": rng.choice(DELAYS, len(source))[order].tolist(),
    }
    return {
        "v_init_mv": grid(rng.uniform(MEMBRANE["E_L"], MEMBRANE["V_th"] - 0.5, NEURONS)).tolist(),
        "current_pa": grid(current_pa * rng.uniform(0.8, 1.3, NEURONS)).tolist(),
        "input_ticks": [ticks.tolist() for ticks in inputs],
        "edges": edges,
    }


def simulate(model, parameters, drawn, threshold_shift_mv=0.0):
    """(ticks, neurons) of all spikes, in this order."""
    nest_files.fresh_kernel()
    neurons = nest.Create(model, NEURONS, {**parameters, "V_th": parameters["V_th"] + threshold_shift_mv})
    neurons.set([{"V_m": v, "I_e": i} for v, i in zip(drawn["v_init_mv"], drawn["current_pa"])])
    inputs = nest.Create("spike_generator", INPUTS)
    inputs.set([{"spike_times": nest_files.milliseconds(ticks)} for ticks in drawn["input_ticks"]])
    ids = np.array(neurons.tolist() + inputs.tolist())
    edges = drawn["edges"]
    nest.Connect(ids[edges["source"]], ids[edges["target"]], "one_to_one",
                 {"weight": np.array(edges["weight"]),
                  "delay": np.array(nest_files.milliseconds(edges["delay_ticks"]))})
    recorder = nest_files.spike_recorder(neurons)
    nest.Simulate(TICKS * DT_MS)
    events = recorder.get("events")
    ticks, senders = events["times"].astype(int), events["senders"].astype(int) - int(ids[0])
    order = np.lexsort((senders, ticks))
    return ticks[order], senders[order]


def mean_cv(ticks, senders):
    intervals = [np.diff(ticks[senders == n]) for n in range(NEURONS)]
    return float(np.mean([i.std() / i.mean() for i in intervals if len(i) > 3] or [0.0]))


def is_robust(model, parameters, drawn, spikes, margin_mv):
    for shift in (-margin_mv, margin_mv):
        moved = simulate(model, parameters, drawn, shift)
        if not all(np.array_equal(a, b) for a, b in zip(spikes, moved)):
            return False
    return True


def find(model, t_ref_ms):
    others, weight, current_pa, margin_mv = MODELS[model]
    parameters = {**MEMBRANE, **others, "t_ref": t_ref_ms}
    for seed in range(1, 100):
        drawn = draw(np.random.default_rng(seed), weight, current_pa)
        ticks, senders = spikes = simulate(model, parameters, drawn)
        rate_hz, cv = len(ticks) / (NEURONS * TICKS * DT_MS * 1e-3), mean_cv(ticks, senders)
        print(f"{model}, t_ref {t_ref_ms} ms, seed {seed}: {rate_hz:.1f} Hz, CV {cv:.2f}", flush=True)
        if 5.0 <= rate_hz <= 30.0 and cv >= 0.3 and is_robust(model, parameters, drawn, spikes, margin_mv):
            return {"seed": seed, "margin_mv": margin_mv, "rate_hz": round(rate_hz, 2), "mean_cv": round(cv, 3),
                    "parameters": parameters, **drawn,
                    "spike_ticks": ticks.tolist(), "spike_neurons": senders.tolist()}
    return sys.exit("no network with this margin")


def main():
    for model in sys.argv[1:] or MODELS:
        for t_ref_ms in REFRACTORY_MS:
            case = find(model, t_ref_ms)
            name = f"nest_spikes_{model}_{'refractory' if t_ref_ms else 'no_refractory'}.json"
            nest_files.write(name, {"model": model, "dt_ms": DT_MS, "ticks": TICKS, "neurons": NEURONS,
                                    "inputs": INPUTS, **case})


if __name__ == "__main__":
    main()
