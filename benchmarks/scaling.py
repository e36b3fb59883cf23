#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Time and memory of the cortical microcircuit from 1 M to 299 M synapses: writes benchmarks/results/scaling-<date>.json
and the picture docs/figures/scaling.svg. Run: $(benchmarks/peers/simulation_setup.sh) benchmarks/scaling.py

A scale s has s times the neurons and s^2 times the synapses. Each size is run --rounds times, in turns; medians."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt  # noqa: E402  (the drawing program is chosen before)

from simulation import cpu_name  # noqa: E402

root = pathlib.Path(__file__).resolve().parent.parent
SCALES = [0.058, 0.1, 0.18, 0.32, 0.58, 1.0]
KEYS = ["build_s", "s_per_model_s", "ns_per_event", "peak_rss_mb", "bytes_per_synapse"]


def run(args, scale):
    command = [args.snn, "simulate", "microcircuit", "--drive", "dc", "--scale", scale, "--seconds", args.seconds,
               "--threads", args.threads, "--seed", 1, "--json"]
    result = json.loads(subprocess.run([str(c) for c in command], capture_output=True, text=True, check=True).stdout)
    return {"synapses": result["synapses"], "neurons": result["neurons"], "build_s": result["build_s"],
            "s_per_model_s": result["real_time_factor"], "ns_per_event": 1e9 / result["events_per_s"],
            "peak_rss_mb": result["peak_rss_mb"], "bytes_per_synapse": result["bytes_per_synapse"]}


def measure(args):
    runs = {scale: [] for scale in SCALES}
    for _ in range(args.rounds):
        for scale in SCALES:
            runs[scale].append(run(args, scale))
    return [{"scale": scale, "neurons": r[0]["neurons"], "synapses": r[0]["synapses"]}
            | {key: statistics.median(one[key] for one in r) for key in KEYS} for scale, r in runs.items()]


def draw(rows, path):
    matplotlib.rcParams["svg.hashsalt"] = "snn"
    synapses = [row["synapses"] for row in rows]
    figure, axes = plt.subplots(1, 3, figsize=(11, 3.4), layout="constrained")
    for axis, key, label in [(axes[0], "build_s", "build (s)"), (axes[1], "s_per_model_s", "run (s per model second)"),
                             (axes[2], "peak_rss_mb", "peak memory (MB)")]:
        values = [row[key] for row in rows]
        axis.loglog(synapses, values, "o-", color="#1f5a96", label="measured")
        axis.loglog(synapses, [values[-1] * s / synapses[-1] for s in synapses], ":", color="#888888",
                    label="linear in synapses")
        axis.set_xlabel("synapses")
        axis.set_ylabel(label)
        axis.grid(True, which="major", color="#dddddd")
    axes[0].legend(frameon=False)
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--snn", default=root / "build/release/bin/snn", type=pathlib.Path)
    args = parser.parse_args()
    commit = subprocess.run(["git", "-C", root, "rev-parse", "--short", "HEAD"], capture_output=True, text=True,
                            check=True)
    report = {"date": datetime.date.today().isoformat(), "commit": commit.stdout.strip(),
              "machine": {"cpu": cpu_name(), "cores": len(os.sched_getaffinity(0)), "system": platform.platform()},
              "network": "microcircuit, DC drive", "rounds": args.rounds, "model_s": args.seconds,
              "threads": args.threads, "load_before": os.getloadavg()[0], "rows": measure(args)}
    out = root / "benchmarks" / "results" / f"scaling-{report['date']}.json"
    out.write_text(json.dumps(report, indent=1) + "\n")
    draw(report["rows"], root / "docs" / "figures" / "scaling.svg")
    for row in report["rows"]:
        print("  ".join(f"{key} {row[key]:.4g}" for key in ["synapses"] + KEYS))
    print(f"written to {out}")


if __name__ == "__main__":
    main()
