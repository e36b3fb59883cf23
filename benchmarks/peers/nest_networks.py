#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a benchmark network in NEST and prints one JSON object.

Times are wall clock: build_s (create and connect), prepare_s (NEST's Prepare), simulate_s (--seconds of model time,
after the warm-up). Without --record: bytes_per_synapse is the growth of the resident memory over connecting and
preparing, rates are those of the whole network, from NEST's counter of spikes, and cv and fano are null. With it,
recorders take memory too and bytes_per_synapse is null."""

import os
import resource
import time

os.environ.setdefault("PYNEST_QUIET", "1")

import nest  # noqa: E402  (the banner is switched off before)

import microcircuit_spec
import simulation_report
import simulation_specs
import spike_statistics


def initial_v(v_init):
    if v_init[0] == "uniform":
        return nest.random.uniform(v_init[1], v_init[2])
    draw = nest.random.normal(v_init[1], v_init[2])
    return nest.math.min(draw, v_init[3]) if len(v_init) == 4 else draw


def create_balanced(network):
    populations = {p: nest.Create(network.model, n, network.neuron) for p, n in network.sizes.items()}
    for population in populations.values():
        population.V_m = initial_v(network.v_init)
    return populations


def poisson(rate_hz, weight, targets):
    """NEST gives each target a train of its own. The delay has no effect on a Poisson process."""
    nest.Connect(nest.Create("poisson_generator", params={"rate": rate_hz}), targets, "all_to_all",
                 {"weight": weight, "delay": simulation_specs.DT_MS})


def connect_balanced(network, populations):
    # One copy of the model per kind of source: NEST keeps at most 2^27 synapses of one model on a thread.
    for source in populations:
        nest.CopyModel("static_synapse", f"from_{source}",
                       {"weight": network.weight[source], "delay": network.delay_ms})
    rule = network.stdp
    if rule:
        weight = nest.random.normal(rule.initial_mean, rule.initial_sd)
        if rule.frozen:
            plastic = {"synapse_model": "static_synapse", "weight": weight, "delay": network.delay_ms}
        else:
            populations["E"].tau_minus = rule.tau_minus_ms
            nest.CopyModel("stdp_synapse", "plastic", {
                "Wmax": rule.w_max, "lambda": rule.learning_rate, "alpha": rule.alpha, "mu_plus": rule.mu,
                "mu_minus": rule.mu, "tau_plus": rule.tau_plus_ms, "delay": network.delay_ms})
            plastic = {"synapse_model": "plastic", "weight": weight}
    for source, indegree in network.indegree.items():
        for target, neurons in populations.items():
            synapse = plastic if rule and source == target == "E" else {"synapse_model": f"from_{source}"}
            nest.Connect(populations[source], neurons, {"rule": "fixed_indegree", "indegree": indegree}, synapse)
    if network.poisson_hz:
        for neurons in populations.values():
            poisson(network.poisson_hz, network.weight["E"], neurons)


def create_microcircuit(network):
    populations = {}
    for name, size in network.sizes.items():
        populations[name] = nest.Create("iaf_psc_exp", size, {**network.neuron, "I_e": network.current_pa[name]})
        populations[name].V_m = initial_v(network.v_init[name])
    return populations


def connect_microcircuit(network, populations):
    for kind in "EI":
        nest.CopyModel("static_synapse", f"from_{kind}")
    for pair in network.pairs:
        inhibitory = pair.source.endswith("I")
        infinity = float("inf")
        weight = nest.math.redraw(nest.random.normal(pair.weight_mean, pair.weight_sd),
                                  min=-infinity if inhibitory else 0.0, max=0.0 if inhibitory else infinity)
        delay = nest.math.redraw(nest.random.normal(pair.delay_mean_ms, pair.delay_sd_ms),
                                 min=0.5 * simulation_specs.DT_MS, max=infinity)
        nest.Connect(populations[pair.source], populations[pair.target],
                     {"rule": "fixed_total_number", "N": pair.synapses},
                     {"synapse_model": f"from_{pair.source[-1]}", "weight": weight, "delay": delay})
    for name, neurons in populations.items():
        if network.external_hz[name]:
            poisson(network.external_hz[name], network.external_weight, neurons)


def build(args):
    """(network, populations, resident memory before connecting)"""
    if args.name == "microcircuit":
        network = microcircuit_spec.microcircuit(args.scale, args.drive)
        create, connect = create_microcircuit, connect_microcircuit
    else:
        network = simulation_specs.balanced(args.name, args.scale, args.delay_ms, args.static)
        create, connect = create_balanced, connect_balanced
    populations = create(network)
    before = simulation_report.resident_bytes()
    connect(network, populations)
    return network, populations, before


def record(populations, start_ms):
    recorders = {}
    for name, neurons in populations.items():
        recorders[name] = nest.Create("spike_recorder", params={"start": start_ms, "time_in_steps": True})
        nest.Connect(neurons, recorders[name])
    return recorders


def recorded_spikes(recorders, populations):
    spikes = {}
    for name, recorder in recorders.items():
        events = recorder.get("events")
        spikes[name] = (events["times"], events["senders"] - populations[name].global_id[0])
    return spikes


def plastic_weights(populations):
    """Of the synapses of every 20th source: NEST needs over 10 GB to hand out all 8.1 million."""
    found = nest.GetConnections(populations["E"][::20], populations["E"], synapse_model="plastic")
    return spike_statistics.of_weights(found.get("weight"))


def rates(args, network, recorders, populations, counted):
    """Statistics if spikes were recorded, else the rate of the whole network; and events per second of model time."""
    if args.record:
        found = simulation_report.statistics(recorded_spikes(recorders, populations), network.sizes, args)
        return found, simulation_report.events_per_second(found["rates_hz"], network)
    rate = counted / args.seconds / network.neurons()
    shares = dict.fromkeys(network.sizes, 1.0)
    if args.name == "microcircuit":  # out-degrees differ: weigh them by the published rates
        shares = dict(zip(network.sizes, microcircuit_spec.REFERENCE_RATES_HZ))
    total = sum(shares[p] * n for p, n in network.sizes.items()) / network.neurons()
    assumed = {p: rate * share / total for p, share in shares.items()}
    events = simulation_report.events_per_second(assumed, network)
    return {"rates_hz": {"all": rate}, "cv": None, "cv_neurons": None, "fano": None}, events


def main():
    args = simulation_report.parse(__doc__, simulation_specs.NAMES + ["microcircuit"])
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.ResetKernel()
    nest.set(resolution=simulation_specs.DT_MS, local_num_threads=args.threads, rng_seed=args.seed)

    start = time.perf_counter()
    network, populations, before = build(args)
    build_s = time.perf_counter() - start
    recorders = record(populations, args.warmup_ms) if args.record else {}
    start = time.perf_counter()
    nest.Prepare()
    prepare_s = time.perf_counter() - start
    grown = simulation_report.resident_bytes() - before

    nest.Run(args.warmup_ms)
    cpu = time.process_time()
    start = time.perf_counter()
    nest.Run(1e3 * args.seconds)
    simulate_s = time.perf_counter() - start
    cpu = time.process_time() - cpu
    counted = nest.local_spike_counter  # of the last Run only
    nest.Cleanup()

    peak_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    statistics, events = rates(args, network, recorders, populations, counted)
    report = {
        "simulator": "NEST", "version": nest.__version__,
        "neurons": network.neurons(), "synapses": network.synapses(),
        "build_s": round(build_s, 3), "prepare_s": round(prepare_s, 3), "simulate_s": round(simulate_s, 3),
        "cpu_s": round(cpu, 3), "real_time_factor": simulate_s / args.seconds,
        "events_per_s": events * args.seconds / simulate_s, **statistics,
        "peak_rss_mb": peak_kb / 1024, "bytes_per_synapse": None if args.record else grown / network.synapses(),
    }
    if args.record and args.name == "stdp-balanced" and not args.static:
        report["weights"] = plastic_weights(populations)
    simulation_report.emit(args, report)


if __name__ == "__main__":
    main()
