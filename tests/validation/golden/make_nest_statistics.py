#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes nest_statistics.json: rates, CV and Fano factors of six benchmark networks in NEST, ten seeds each, and the
plastic weights of stdp-balanced. What they mean is in benchmarks/peers/spike_statistics.py, the networks in
simulation_specs.py and microcircuit_spec.py beside it.

Made with NEST 3.10.0 (wheel of PyPI), one thread, in about 50 minutes of one core. A seed that the file already holds
is not run again: delete the file to start afresh. Networks may be run side by side, each by a command of its own.
Run: $(benchmarks/peers/simulation_setup.sh) tests/validation/golden/make_nest_statistics.py [network ...]
"""

import fcntl
import json
import os
import pathlib
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
command = here.parents[2] / "benchmarks" / "peers" / "nest_networks.py"
path = here / "nest_statistics.json"

SEEDS = range(1, 11)
WARMUP_MS = 500.0
# name in the file -> (network, options, measured seconds)
NETWORKS = {
    "cuba": ("cuba", [], 4.0),
    "microcircuit-10-percent": ("microcircuit", ["--scale", "0.1"], 4.0),
    "brunel-low": ("brunel-low", [], 4.0),
    "coba": ("coba", [], 4.0),
    "stdp-balanced": ("stdp-balanced", [], 2.0),
    "brunel-busy": ("brunel-busy", [], 3.0),
}
DIGITS = 6


def rounded(value):
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}")
    if isinstance(value, dict):
        return {key: rounded(v) for key, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


def simulate(network, options, seconds, seed):
    line = [sys.executable, command, network, *options, "--seconds", seconds, "--warmup-ms", WARMUP_MS,
            "--threads", 1, "--seed", seed, "--record", "--json"]
    print("+", *line[1:], file=sys.stderr, flush=True)
    done = subprocess.run([str(part) for part in line], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{network}, seed {seed}: {done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def add(golden, name, report, seed):
    """A list over seeds for every population and statistic."""
    entry = golden["networks"].setdefault(name, {
        "network": report["network"], "neurons": report["neurons"], "synapses": report["synapses"],
        "warmup_ms": WARMUP_MS, "measured_s": report["seconds"], "scale": report["scale"], "seeds": [],
        "populations": {}})
    for key in ("delay_ms", "drive"):
        if key in report:
            entry[key] = report[key]
    entry["seeds"].append(seed)
    for population in report["rates_hz"]:
        lists = entry["populations"].setdefault(population, {"rate_hz": [], "cv": [], "cv_neurons": [], "fano": []})
        for key, values in [("rate_hz", "rates_hz"), ("cv", "cv"), ("cv_neurons", "cv_neurons"), ("fano", "fano")]:
            lists[key].append(rounded(report[values][population]))
    if "weights" in report:
        weights = entry.setdefault("weights_pa", {"synapses": report["weights"]["synapses"],
                                                  "at_ms": WARMUP_MS + 1e3 * report["seconds"],
                                                  "mean": [], "sd": [], "quantiles": []})
        for key in ("mean", "sd", "quantiles"):
            weights[key].append(rounded(report["weights"][key]))


def load():
    return json.loads(path.read_text()) if path.exists() else {"source": None, "networks": {}}


def save(golden):
    golden["networks"] = {name: golden["networks"][name] for name in NETWORKS if name in golden["networks"]}
    text = json.dumps(golden, indent=1)
    # One line for every list.
    pieces = text.split("[")
    lines = [pieces[0]]
    for piece in pieces[1:]:
        inner, closed, rest = piece.partition("]")
        lines.append(" ".join(inner.split()) + closed + rest if closed else piece)
    part = path.with_suffix(".part")
    part.write_text("[".join(lines) + "\n")
    os.replace(part, path)


def keep(name, report, seed):
    """Adds to the file as it is now: another command may have changed it."""
    with open(__file__, encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        golden = load()
        source = f"{report['simulator']} {report['version']}"
        if golden["source"] not in (None, source):
            sys.exit(f"{path} was made with {golden['source']}, this is {source}: delete it first")
        golden["source"] = source
        add(golden, name, report, seed)
        save(golden)


def main():
    for name in sys.argv[1:] or NETWORKS:
        network, options, seconds = NETWORKS[name]
        done = load()["networks"].get(name, {"seeds": []})["seeds"]
        for seed in SEEDS:
            if seed not in done:
                keep(name, simulate(network, options, seconds, seed), seed)


if __name__ == "__main__":
    main()
