#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes nest_MODEL.json for iaf_cond_exp, aeif_cond_exp and hh_cond_exp_traub: membrane and spikes of one neuron,
as NEST's adaptive solver (GSL, Runge-Kutta-Fehlberg 4(5)) integrates them. Made with NEST 3.10.0.

A listed input spike of tick k is added to its conductance (nS) at the end of the step that ends at tick k + 1: its
delay is one tick. Membranes are those at the ends of steps, after the reset if there was one. `fine` is the same
with steps of dt/10, sampled at the same times: the difference is what NEST's tolerance (10^-3 mV a step, except in
aeif_cond_exp) and its grid do. Input spikes are at the same times, and act 0.1 ms later, in both.

iaf_cond_exp    conductances driven by listed spikes; the threshold is out of reach
aeif_cond_exp   a constant current from t = 0; NEST resets it within a step, when the solver reaches V_peak, so its
                membranes do not depend on dt, only the ticks of its spikes do; Brette & Gerstner, J.
                Neurophysiol. 94 (2005) 3637, table 1
hh_cond_exp_traub  a constant current and listed spikes; parameters of Brette et al., J. Comput. Neurosci. 23 (2007)
                349, benchmark 3, as in NEST's defaults, with its gates at rest

Run: $(benchmarks/peers/simulation_setup.sh) tests/validation/golden/make_nest_conductance.py
"""

import numpy as np

import nest_files
from nest_files import DT_MS, nest


def listed(seed, rate_hz, ticks):
    """Spikes of a Poisson process from 5 ms on, at most one a tick."""
    draws = np.random.default_rng(seed).random(ticks)
    return [int(k) for k in np.flatnonzero(draws < rate_hz * DT_MS * 1e-3) if k >= 50]


# model -> (parameters, ticks, excitatory and inhibitory input as (weight, spikes), ticks between samples, variables)
CASES = {
    "iaf_cond_exp": (
        {"C_m": 200.0, "g_L": 10.0, "E_L": -60.0, "V_th": 0.0, "V_reset": -60.0, "t_ref": 5.0, "E_ex": 0.0,
         "E_in": -80.0, "tau_syn_ex": 5.0, "tau_syn_in": 10.0, "I_e": 0.0, "V_m": -65.0},
        2000, ((4.0, listed(1, 400.0, 2000)), (15.0, listed(2, 60.0, 2000))), 1, ["V_m"]),
    "aeif_cond_exp": (
        {"C_m": 281.0, "g_L": 30.0, "E_L": -70.6, "V_th": -50.4, "Delta_T": 2.0, "tau_w": 144.0, "a": 4.0, "b": 80.5,
         "V_reset": -70.6, "V_peak": 20.0, "t_ref": 0.0, "I_e": 1000.0, "V_m": -70.6, "w": 0.0,
         "gsl_error_tol": 1e-9},
        5000, ((0.0, []), (0.0, [])), 5, ["V_m", "w"]),
    "hh_cond_exp_traub": (
        {"C_m": 200.0, "g_L": 10.0, "E_L": -60.0, "g_Na": 20000.0, "E_Na": 50.0, "g_K": 6000.0, "E_K": -90.0,
         "V_T": -63.0, "t_ref": 2.0, "E_ex": 0.0, "E_in": -80.0, "tau_syn_ex": 5.0, "tau_syn_in": 10.0,
         "I_e": 120.0, "V_m": -60.0},
        2000, ((6.0, listed(3, 100.0, 2000)), (20.0, listed(4, 30.0, 2000))), 1, ["V_m"]),
}


def simulate(model, parameters, ticks, inputs, interval_ms, variables, dt_ms):
    """(spikes in ms, values of the variables at every interval from the first on, initial gates)"""
    nest_files.fresh_kernel(dt_ms)
    neuron = nest.Create(model, params=parameters)
    gates = {name: neuron.get(name) for name in ("Act_m", "Act_n", "Inact_h") if name in neuron.get()}
    for sign, (weight, spikes) in zip((1.0, -1.0), inputs):
        if spikes:
            nest.Connect(nest_files.spike_source(spikes), neuron, syn_spec={"weight": sign * weight, "delay": DT_MS})
    meter = nest.Create("multimeter", params={"record_from": variables, "interval": interval_ms})
    nest.Connect(meter, neuron, syn_spec={"delay": dt_ms})
    recorder = nest.Create("spike_recorder")
    nest.Connect(neuron, recorder, syn_spec={"delay": dt_ms})
    duration_ms = ticks * DT_MS
    nest.Simulate(duration_ms + 1.0)
    events = meter.get("events")
    expected = np.arange(1, round(duration_ms / interval_ms) + 1) * interval_ms
    kept = events["times"] <= duration_ms + 1e-6
    if not np.allclose(events["times"][kept], expected):
        raise SystemExit(f"{model}: samples are not where they should be")
    spikes = [float(t) for t in recorder.get("events", "times") if t <= duration_ms + 1e-6]
    return spikes, {name: events[name][kept] for name in variables}, gates


def main():
    for model, (parameters, ticks, inputs, every, variables) in CASES.items():
        interval_ms = round(every * DT_MS, 1)
        spikes, traces, gates = simulate(model, parameters, ticks, inputs, interval_ms, variables, DT_MS)
        fine, fine_traces, _ = simulate(model, parameters, ticks, inputs, interval_ms, variables, DT_MS / 10)
        differences = {name: float(np.abs(traces[name] - fine_traces[name]).max()) for name in variables}
        print(f"{model}: {len(spikes)} spikes, {len(fine)} with a fine step, traces differ by up to {differences}")
        nest_files.write(f"nest_{model}.json", {
            "model": model, "dt_ms": DT_MS, "ticks": ticks, "parameters": parameters, "initial_gates": gates,
            "excitatory": {"weight_ns": inputs[0][0], "ticks": inputs[0][1]},
            "inhibitory": {"weight_ns": inputs[1][0], "ticks": inputs[1][1]},
            "spike_ticks": [round(t / DT_MS) for t in spikes],
            "sample_every_ticks": every,
            "samples": {name: nest_files.rounded(values, 9) for name, values in traces.items()},
            "fine": {"dt_ms": DT_MS / 10, "spike_ticks": [round(10 * t / DT_MS) for t in fine],
                     "samples": {name: nest_files.rounded(values, 9) for name, values in fine_traces.items()}}})


if __name__ == "__main__":
    main()
