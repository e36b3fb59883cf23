#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a benchmark network in Brian2, as compiled C++, and prints one JSON object.

compile_s is generating and compiling the program, setup_s what that program does before its first step (reading the
edges, sorting them), build_s both; drawing the edges in Python is not in them. simulate_s is wall clock for
--seconds of model time, after the warm-up. bytes_per_synapse: growth of the program's resident memory over its
setup. Without --record cv and fano are null. The microcircuit is left to NEST."""

import importlib.metadata
import json
import pathlib
import tempfile
import time

import brian2
import numpy as np
from brian2 import mV, ms, nS, pA, pF

import simulation_report
import simulation_specs
import spike_statistics
from simulation_specs import DT_MS

# Brian2's refractory period is one step shorter than NEST's for the same number.
REFRACTORY_EXTRA_MS = DT_MS
CURRENTS = """dv/dt = (E_L - v)/tau_m + (i_ex + i_in)/C_m : volt (unless refractory)
              di_ex/dt = -i_ex/tau_syn_ex : amp
              di_in/dt = -i_in/tau_syn_in : amp"""
CONDUCTANCES = """dv/dt = (g_L*(E_L - v) + g_ex*(E_ex - v) + g_in*(E_in - v) + I_e)/C_m : volt (unless refractory)
                  dg_ex/dt = -g_ex/tau_syn_ex : siemens
                  dg_in/dt = -g_in/tau_syn_in : siemens"""
# NEST's model -> equations, integrator, unit of weights, variables for the weights of E and of I, sign of the latter
MODELS = {
    "iaf_psc_delta": ("dv/dt = (E_L - v)/tau_m : volt (unless refractory)", "exact", mV, {"E": "v", "I": "v"}, 1),
    "iaf_psc_exp": (CURRENTS, "exact", pA, {"E": "i_ex", "I": "i_in"}, 1),
    "iaf_cond_exp": (CONDUCTANCES, "exponential_euler", nS, {"E": "g_ex", "I": "g_in"}, -1),
}
UNITS = {"C_m": pF, "tau_m": ms, "E_L": mV, "V_th": mV, "V_reset": mV, "t_ref": ms, "tau_syn_ex": ms,
         "tau_syn_in": ms, "g_L": nS, "E_ex": mV, "E_in": mV, "I_e": pA}

# C++ inside the program: its clocks and its memory.
PREPARE = """
auto peer_kb = [](const std::string& key) {
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (word == key) { long kb; status >> kb; return kb; }
    return 0L;
};
auto peer_clock = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
};
const long peer_rss_before = peer_kb("VmRSS:");
const double peer_began = peer_clock();
"""
WARM_UP = "const double peer_set_up = peer_clock(); const long peer_rss_after = peer_kb(\"VmRSS:\");"
MEASURE = "const double peer_start = peer_clock(); const std::clock_t peer_cpu = std::clock();"
REPORT = """const double peer_stop = peer_clock();
std::ofstream("peer.json") << "{\\"setup_s\\": " << peer_set_up - peer_began << ", \\"simulate_s\\": "
    << peer_stop - peer_start << ", \\"cpu_s\\": " << double(std::clock() - peer_cpu) / CLOCKS_PER_SEC
    << ", \\"grown_kb\\": " << peer_rss_after - peer_rss_before << ", \\"peak_kb\\": " << peer_kb("VmHWM:") << "}";
"""


def constants(network):
    found = {name: value * UNITS[name] for name, value in network.neuron.items()}
    found["t_ref"] += REFRACTORY_EXTRA_MS * ms
    return found


def neuron_group(network, rng):
    equations, method, *_ = MODELS[network.model]
    group = brian2.NeuronGroup(network.neurons(), equations, method=method, threshold="v >= V_th",
                               reset="v = V_reset", refractory="t_ref", namespace=constants(network))
    group.v = simulation_specs.draw_v_init(rng, network.v_init, network.neurons()) * mV
    first, populations = 0, {}
    for name, size in network.sizes.items():
        populations[name] = group[first:first + size]
        first += size
    return group, populations


def plastic_synapses(source, target, rule, delay):
    """A pre spike is seen at once, a post spike one delay later (`post`), and the weight acts one delay later, as it
    is then. Of coinciding spikes one is counted that NEST's half-open intervals leave out: 0.5 % of the depression."""
    if rule.frozen:
        return brian2.Synapses(source, target, "w : amp (constant)", on_pre="i_ex_post += w", delay=delay)
    return brian2.Synapses(
        source, target,
        """w : amp
           dpre_trace/dt = -pre_trace/tau_plus : 1 (event-driven)
           dpost_trace/dt = -post_trace/tau_minus : 1 (event-driven)""",
        on_pre={"pl": "w = clip(w - alpha*rate*w*post_trace, 0*amp, w_max)\npre_trace += 1",
                "psp": "i_ex_post += w"},
        on_post={"post": "w = clip(w + rate*(w_max - w)*pre_trace, 0*amp, w_max)\npost_trace += 1"},
        delay={"pl": 0 * ms, "psp": delay, "post": delay},
        namespace={"tau_plus": rule.tau_plus_ms * ms, "tau_minus": rule.tau_minus_ms * ms, "alpha": rule.alpha,
                   "rate": rule.learning_rate, "w_max": rule.w_max * pA})


def connect(network, group, populations, rng):
    """All synapses; those that learn, if any, first."""
    _, _, unit, variables, inhibitory_sign = MODELS[network.model]
    synapses, delay = [], network.delay_ms * ms
    for source, indegree in network.indegree.items():
        weight = network.weight[source] * (inhibitory_sign if source == "I" else 1) * unit
        learns = network.stdp if source == "E" else None
        targets = populations if learns else {"all": group}
        for name, neurons in targets.items():
            if learns and name == "E":
                made = plastic_synapses(populations[source], neurons, learns, delay)
            else:
                made = brian2.Synapses(populations[source], neurons, on_pre=f"{variables[source]}_post += weight",
                                       delay=delay, namespace={"weight": weight})
            made.connect(i=rng.integers(0, network.sizes[source], len(neurons) * indegree),
                         j=np.repeat(np.arange(len(neurons)), indegree))
            if learns and name == "E":
                made.w = rng.normal(learns.initial_mean, learns.initial_sd, len(neurons) * indegree) * pA
            synapses.append(made)
    return synapses


def drive(network, group):
    """Brian2 draws binomial numbers: of 1000 inputs their variance is at most 0.2 % below Poisson's."""
    _, _, unit, variables, _ = MODELS[network.model]
    inputs = 1000
    return brian2.PoissonInput(group, variables["E"], inputs, network.poisson_hz / inputs * brian2.Hz,
                               network.weight["E"] * unit)


def run(args, network, folder):
    """Builds and runs the program; (its objects, seconds to compile)."""
    brian2.prefs.logging.file_log = False
    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.prefs.codegen.cpp.headers += ["<chrono>"]
    brian2.prefs.devices.cpp_standalone.openmp_threads = args.threads if args.threads > 1 else 0
    brian2.defaultclock.dt = DT_MS * ms
    brian2.seed(args.seed)
    rng = np.random.default_rng(args.seed)
    group, populations = neuron_group(network, rng)
    synapses = connect(network, group, populations, rng)
    monitors = {name: brian2.SpikeMonitor(neurons, record=args.record) for name, neurons in populations.items()}
    objects = [group, *synapses, *monitors.values()] + ([drive(network, group)] if network.poisson_hz else [])
    simulation = brian2.Network(objects)
    device = brian2.get_device()
    device.insert_code("before_start", PREPARE)
    device.insert_code("main", WARM_UP)
    for monitor in monitors.values():
        monitor.active = False
    simulation.run(args.warmup_ms * ms)
    for monitor in monitors.values():
        monitor.active = True
    device.insert_code("main", MEASURE)
    simulation.run(args.seconds * brian2.second)
    device.insert_code("main", REPORT)
    start = time.perf_counter()
    device.build(directory=folder, run=False)
    compile_s = time.perf_counter() - start
    device.run(with_output=False)
    return synapses, monitors, compile_s


def statistics(args, network, monitors):
    if args.record:
        # Brian2 stamps a spike with the start of its step, NEST with the end.
        spikes = {p: (np.rint(np.asarray(m.t / ms) / DT_MS).astype(int) + 1, np.asarray(m.i))
                  for p, m in monitors.items()}
        return simulation_report.statistics(spikes, network.sizes, args)
    rates = {p: int(np.sum(m.count)) / network.sizes[p] / args.seconds for p, m in monitors.items()}
    return {"rates_hz": rates, "cv": None, "cv_neurons": None, "fano": None}


def main():
    args = simulation_report.parse(__doc__, simulation_specs.NAMES)
    network = simulation_specs.balanced(args.name, args.scale, args.delay_ms, args.static)
    with tempfile.TemporaryDirectory(prefix="brian2-") as folder:
        synapses, monitors, compile_s = run(args, network, folder)
        measured = json.loads(next(pathlib.Path(folder).rglob("peer.json")).read_text())
        found = statistics(args, network, monitors)
        weights = spike_statistics.of_weights(np.asarray(synapses[0].w / pA)) if network.stdp else None
    events = simulation_report.events_per_second(found["rates_hz"], network)
    report = {
        "simulator": "Brian2", "version": importlib.metadata.version("brian2"),
        "neurons": network.neurons(), "synapses": network.synapses(),
        "build_s": round(compile_s + measured["setup_s"], 3), "compile_s": round(compile_s, 3),
        "setup_s": round(measured["setup_s"], 3), "simulate_s": round(measured["simulate_s"], 3),
        "cpu_s": round(measured["cpu_s"], 3), "real_time_factor": measured["simulate_s"] / args.seconds,
        "events_per_s": events * args.seconds / measured["simulate_s"], **found,
        "peak_rss_mb": measured["peak_kb"] / 1024,
        "bytes_per_synapse": 1024 * measured["grown_kb"] / network.synapses(),
    }
    if weights and not args.static:
        report["weights"] = weights
    simulation_report.emit(args, report)


if __name__ == "__main__":
    main()
