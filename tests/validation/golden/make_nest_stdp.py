#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes nest_stdp.json: the weight of one plastic synapse in NEST after each presynaptic spike, for every rule.
Made with NEST 3.10.0.

The presynaptic neuron repeats listed spikes. The postsynaptic one fires whenever a listed input lifts it over its
threshold, which the plastic synapse never does. Both trains are read back from NEST. Besides random spikes they hold
pairs that meet at the synapse, where a postsynaptic spike is seen one (dendritic) delay after it is fired, and pairs
that miss each other by one tick. A weight is what NEST sends with the spike, so all postsynaptic spikes seen up to
then have acted. stdp_dopamine_synapse also gets listed spikes of a dopaminergic neuron.

Run: $(benchmarks/peers/simulation_setup.sh) tests/validation/golden/make_nest_stdp.py
"""

import numpy as np

import nest_files
from nest_files import DT_MS, nest

TICKS = 10000
DELAY = 15
STDP = {"weight": 35.0, "Wmax": 70.0, "lambda": 0.01, "alpha": 1.05, "tau_plus": 20.0}
TRIPLET = {"weight": 35.0, "Wmax": 70.0, "tau_plus": 16.8, "tau_plus_triplet": 101.0, "Aplus": 5e-3,
           "Aplus_triplet": 6.2e-3, "Aminus": 7e-3, "Aminus_triplet": 2.3e-3}
DEPRESSING = {"weight": 250.0, "U": 0.5, "tau_rec": 800.0, "tau_fac": 0.0}
FACILITATING = {"weight": 250.0, "U": 0.15, "tau_rec": 130.0, "tau_fac": 530.0}


def mu(value):
    return {"mu_plus": value, "mu_minus": value}


# name -> (NEST's synapse, its parameters, parameters of the postsynaptic neuron)
CASES = {
    "stdp_additive": ("stdp_synapse", {**STDP, **mu(0.0)}, {"tau_minus": 20.0}),
    "stdp_multiplicative": ("stdp_synapse", {**STDP, **mu(1.0)}, {"tau_minus": 20.0}),
    "stdp_power": ("stdp_synapse", {**STDP, **mu(0.4)}, {"tau_minus": 20.0}),
    "stdp_two_time_constants": ("stdp_synapse", {**STDP, **mu(1.0), "lambda": 0.05}, {"tau_minus": 34.0}),
    "stdp_additive_at_bounds": ("stdp_synapse", {**STDP, **mu(0.0), "lambda": 0.4}, {"tau_minus": 34.0}),
    "stdp_power_law": ("stdp_pl_synapse_hom", {"weight": 35.0, "mu": 0.4, "lambda": 0.1, "alpha": 0.11,
                                               "tau_plus": 20.0}, {"tau_minus": 20.0}),
    "stdp_nearest_symmetric": ("stdp_nn_symm_synapse", {**STDP, **mu(1.0)}, {"tau_minus": 34.0}),
    "stdp_nearest_pre_centered": ("stdp_nn_pre_centered_synapse", {**STDP, **mu(1.0)}, {"tau_minus": 34.0}),
    "stdp_nearest_restricted": ("stdp_nn_restr_synapse", {**STDP, **mu(1.0)}, {"tau_minus": 34.0}),
    "triplet": ("stdp_triplet_synapse", TRIPLET, {"tau_minus": 33.7, "tau_minus_triplet": 125.0}),
    "vogels_sprekeler": ("vogels_sprekeler_synapse", {"weight": 35.0, "Wmax": 70.0, "eta": 0.5, "alpha": 1.6,
                                                      "tau": 20.0}, {"tau_minus": 20.0}),
    "tsodyks2_depressing": ("tsodyks2_synapse", {**DEPRESSING, "x": 1.0, "u": 0.5}, {}),
    "tsodyks2_facilitating": ("tsodyks2_synapse", {**FACILITATING, "x": 1.0, "u": 0.15}, {}),
    "tsodyks_depressing": ("tsodyks_synapse", {**DEPRESSING, "tau_psc": 3.0, "x": 1.0, "y": 0.0, "u": 0.0}, {}),
    "tsodyks_facilitating": ("tsodyks_synapse", {**FACILITATING, "tau_psc": 1.5, "x": 1.0, "y": 0.0, "u": 0.0}, {}),
    "dopamine": ("stdp_dopamine_synapse", {"weight": 35.0, "Wmin": 0.0, "Wmax": 70.0, "A_plus": 0.4, "A_minus": 0.3,
                                           "tau_plus": 20.0, "tau_c": 300.0, "tau_n": 100.0, "b": 0.002},
                 {"tau_minus": 34.0}),
}


def draw():
    """Presynaptic, postsynaptic and dopaminergic ticks. Every fifth presynaptic spike has a postsynaptic companion:
    seen by the synapse at the same tick, one tick before and after it, fired at the same tick, and one after it."""
    rng = np.random.default_rng(1)
    pre = np.sort(rng.choice(np.arange(200, TICKS - 100), 50, replace=False))
    companions = {0: -DELAY, 1: -DELAY - 1, 2: -DELAY + 1, 3: 0, 4: 1}
    near = [tick + companions[k // 5 % 5] for k, tick in enumerate(pre) if k % 5 == 2]
    post = np.unique(np.concatenate([rng.choice(np.arange(100, TICKS - 100), 38, replace=False), near]))
    dopamine = np.sort(rng.choice(np.arange(500, TICKS - 100), 12, replace=False))
    return pre, post, dopamine


def neuron_that_repeats(ticks):
    """Spikes of a spike_generator reach the parrot one tick later."""
    parrot = nest.Create("parrot_neuron")
    nest.Connect(nest_files.spike_source(ticks - 1), parrot, syn_spec={"delay": DT_MS})
    return parrot


def neuron_that_is_forced(ticks, parameters):
    neuron = nest.Create("iaf_psc_delta", params={"E_L": 0.0, "V_m": 0.0, "V_reset": 0.0, "V_th": 1e6, "t_ref": 0.0,
                                                  **parameters})
    nest.Connect(nest_files.spike_source(ticks - 1), neuron, syn_spec={"weight": 2e6, "delay": DT_MS})
    return neuron


def simulate(synapse, parameters, neuron_parameters):
    """(presynaptic, postsynaptic, dopaminergic ticks, weights)"""
    nest_files.fresh_kernel()
    pre_ticks, post_ticks, dopamine_ticks = draw()
    pre, post = neuron_that_repeats(pre_ticks), neuron_that_is_forced(post_ticks, neuron_parameters)
    dopamine = neuron_that_repeats(dopamine_ticks)
    defaults = {"weight_recorder": nest.Create("weight_recorder", params={"time_in_steps": True})}
    if synapse == "stdp_dopamine_synapse":
        defaults["volume_transmitter"] = nest.Create("volume_transmitter")
        nest.Connect(dopamine, defaults["volume_transmitter"], syn_spec={"delay": DT_MS})
    common = {key: parameters[key] for key in parameters if synapse.endswith("_hom") and key != "weight"}
    nest.CopyModel(synapse, "plastic", {**defaults, **common})
    own = {key: value for key, value in parameters.items() if key not in common}
    if synapse == "stdp_dopamine_synapse":  # all but the weight belong to the model
        nest.SetDefaults("plastic", {key: value for key, value in own.items() if key != "weight"})
        own = {"weight": own["weight"]}
    nest.Connect(pre, post, syn_spec={"synapse_model": "plastic", "delay": DELAY * DT_MS, **own})
    recorders = [nest_files.spike_recorder(neuron) for neuron in (pre, post, dopamine)]
    nest.Simulate(TICKS * DT_MS)
    sent = defaults["weight_recorder"].get("events")
    trains = [nest_files.recorded_ticks(recorder) for recorder in recorders]
    if sent["times"].astype(int).tolist() != trains[0] or trains[1] != post_ticks.tolist():
        raise SystemExit(f"{synapse}: spikes are not where they were put")
    return *trains, nest_files.rounded(sent["weights"], 12)


def main():
    cases = []
    for name, (synapse, parameters, neuron_parameters) in CASES.items():
        pre, post, dopamine, weights = simulate(synapse, parameters, neuron_parameters)
        print(f"{name}: {parameters['weight']} to {weights[-1]}, {min(weights)} ... {max(weights)}")
        cases.append({"name": name, "synapse": synapse, "parameters": parameters,
                      "postsynaptic_neuron": neuron_parameters, "weights": weights})
    nest_files.write("nest_stdp.json", {"dt_ms": DT_MS, "ticks": TICKS, "delay_ticks": DELAY, "pre_ticks": pre,
                                        "post_ticks": post, "dopamine_ticks": dopamine, "dopamine_delay_ticks": 1,
                                        "cases": cases})


if __name__ == "__main__":
    main()
