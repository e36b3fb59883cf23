# SPDX-License-Identifier: Apache-2.0
"""Command line and report shared by nest_networks.py and brian2_networks.py."""

import argparse
import json

import spike_statistics
from simulation_specs import DT_MS


def parse(description, names):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("name", choices=names)
    parser.add_argument("--scale", type=float, default=1.0,
                        help="cuba, coba: times 4000 neurons; microcircuit: 0.1 to 1")
    parser.add_argument("--delay-ms", type=float, default=0.8, help="of cuba and coba")
    parser.add_argument("--drive", choices=["poisson", "dc"], default="poisson",
                        help="of the microcircuit; dc at full scale only")
    parser.add_argument("--static", action="store_true", help="stdp-balanced with frozen weights")
    parser.add_argument("--seconds", type=float, default=10.0, help="measured")
    parser.add_argument("--warmup-ms", type=float, default=500.0, help="run before, not measured")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--record", action="store_true",
                        help="record spikes: cv and fano, and weights of stdp-balanced")
    parser.add_argument("--json", action="store_true", help="one line instead of an indented object")
    args = parser.parse_args()
    if args.drive == "dc" and args.scale != 1:
        parser.error("--drive dc is for the full network: below, populations fall silent")
    return args


def ticks(milliseconds):
    return round(milliseconds / DT_MS)


def statistics(spikes, sizes, args):
    """spikes: population -> (ticks, neurons). rates_hz, cv, cv_neurons and fano, each by population."""
    first = ticks(args.warmup_ms)
    last = first + ticks(1e3 * args.seconds)
    found = {p: spike_statistics.of_population(*spikes[p], size, first, last, DT_MS) for p, size in sizes.items()}
    return {name: {p: values[key] for p, values in found.items()}
            for name, key in [("rates_hz", "rate_hz"), ("cv", "cv"), ("cv_neurons", "cv_neurons"), ("fano", "fano")]}


def events_per_second(rates_hz, network):
    """Synaptic events per second of model time; those of the external drive are not counted."""
    out = network.mean_out_degree()
    return sum(rates_hz[p] * size * out[p] for p, size in network.sizes.items())


def emit(args, report):
    asked = {"network": args.name, "scale": args.scale, "seconds": args.seconds, "warmup_ms": args.warmup_ms,
             "threads": args.threads, "seed": args.seed, "recorded": args.record}
    if args.name in ("cuba", "coba"):
        asked["delay_ms"] = args.delay_ms
    if args.name == "microcircuit":
        asked["drive"] = args.drive
    if args.name == "stdp-balanced":
        asked["static"] = args.static
    print(json.dumps({**asked, **report}, indent=None if args.json else 2))


def resident_bytes():
    """Memory of this process now; Linux."""
    with open("/proc/self/status", encoding="ascii") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith("VmRSS"))
