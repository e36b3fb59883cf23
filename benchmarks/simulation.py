#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times snn, NEST and Brian2 on the networks of docs/simulation.md, in turns, and writes
benchmarks/results/simulation-<date>.json with medians and ratios. Called by simulation.sh.

Rounds are interleaved: each contestant runs once per round, so that a slow minute of the machine hits all. NEST takes
minutes for the full microcircuit, and 12 GB: it takes part in the first round only, for one model second."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parent

# Case: arguments after the name; measured model time of snn and of the peers (s); who takes part.
CASES = {
    "brunel-busy": (["brunel-busy"], 10, 2, ["nest", "brian2"]),
    "brunel-low": (["brunel-low"], 10, 4, ["nest", "brian2"]),
    "cuba": (["cuba"], 10, 10, ["nest", "brian2"]),
    "cuba-64000": (["cuba", "--scale", "16"], 10, 4, ["nest", "brian2"]),
    "coba": (["coba"], 10, 4, ["nest", "brian2"]),
    "microcircuit-10": (["microcircuit", "--scale", "0.1"], 10, 4, ["nest"]),
    "stdp-balanced": (["stdp-balanced"], 5, 2, ["nest", "brian2"]),
    "microcircuit-dc": (["microcircuit", "--drive", "dc"], 10, 1, ["nest"]),
    "microcircuit": (["microcircuit"], 10, 1, ["nest"]),
}
ONE_ROUND_OF_PEERS = {"microcircuit-dc", "microcircuit"}
SCRIPTS = {"nest": here / "peers" / "nest_networks.py", "brian2": here / "peers" / "brian2_networks.py"}


def run(command):
    print("+", " ".join(map(str, command)), file=sys.stderr, flush=True)
    done = subprocess.run([str(c) for c in command], capture_output=True, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return {"failed": lines[-1] if lines else f"exit code {done.returncode}"}
    return json.loads(done.stdout[done.stdout.index("{"):])


def run_one(args, contestant, case, seed):
    arguments, own_seconds, peer_seconds, _ = CASES[case]
    threads = 1 if contestant == "brian2" else args.threads
    if contestant == "snn":
        return run([args.snn, "simulate", *arguments, "--seconds", args.seconds or own_seconds, "--threads",
                    threads, "--seed", seed, "--json"])
    return run([sys.executable, SCRIPTS[contestant], *arguments, "--seconds", peer_seconds, "--threads", threads,
                "--seed", seed, "--json"])


def median_of(results, key):
    values = [r[key] for r in results if r.get(key) is not None]
    return {"median": statistics.median(values), "least": min(values), "most": max(values),
            "runs": len(values)} if values else None


def measure(args, case):
    contestants = ["snn"] + [c for c in CASES[case][3] if c in args.peers]
    results = {c: [] for c in contestants}
    peer_rounds = 1 if case in ONE_ROUND_OF_PEERS else args.peer_rounds
    for round_number in range(args.rounds):
        for contestant in contestants:
            if contestant != "snn" and round_number >= peer_rounds:
                continue
            results[contestant].append(run_one(args, contestant, case, 1 + round_number))
    ours = median_of(results["snn"], "real_time_factor")
    if ours is None:
        sys.exit(f"simulation.py: snn failed on {case}: {results['snn'][0].get('failed')}")
    rows = []
    for contestant, runs in results.items():
        row = {"contestant": contestant, "version": runs[0].get("version"), "threads": runs[0].get("threads")}
        failed = [r["failed"] for r in runs if "failed" in r]
        if failed:
            row["failed"] = failed[0]
        for key in ("real_time_factor", "events_per_s", "build_s", "bytes_per_synapse", "peak_rss_mb"):
            row[key] = median_of(runs, key)
        row["rates_hz"] = runs[0].get("rates_hz")
        row["weights"] = runs[0].get("weights")
        if row["real_time_factor"]:
            row["times_slower_than_snn"] = row["real_time_factor"]["median"] / ours["median"]
            print(f"{case:16} {contestant:7} real-time factor {row['real_time_factor']['median']:9.4f}"
                  f"  {(row['events_per_s'] or {'median': 0})['median'] / 1e6:8.1f} M events/s"
                  f"  {row['times_slower_than_snn']:7.1f} x", flush=True)
        else:
            print(f"{case:16} {contestant:7} failed: {row.get('failed')}", flush=True)
        rows.append(row)
    return {"command": CASES[case][0], "results": rows}


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", nargs="+", choices=list(CASES), default=list(CASES))
    parser.add_argument("--peers", nargs="*", choices=list(SCRIPTS), default=list(SCRIPTS))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peer-rounds", type=int, default=5, help="peers are slow: fewer rounds of them")
    parser.add_argument("--seconds", type=float, default=0, help="model time of snn; 0: as the case says")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--snn", default=root / "build/release/bin/snn", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path)
    args = parser.parse_args()
    commit = subprocess.run(["git", "-C", root, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    report = {
        "command": "benchmarks/simulation.sh " + " ".join(sys.argv[1:]),
        "date": datetime.date.today().isoformat(), "commit": commit.stdout.strip(),
        "machine": {"cpu": cpu_name(), "cores": len(os.sched_getaffinity(0)), "system": platform.platform()},
        "load_before": os.getloadavg()[0],
        "method": "wall clock after 500 ms of warm-up; each contestant once per round, in turns; medians. snn gathers "
                  "rates, CV, Fano factor and a hash of all spikes while it is timed; the peers record nothing.",
        "cases": {},
    }
    out = args.out or root / "benchmarks" / "results" / f"simulation-{report['date']}.json"
    for case in args.cases:
        report["cases"][case] = measure(args, case)
        out.write_text(json.dumps(report, indent=1) + "\n")  # whoever ends it early keeps what was measured
    print(f"written to {out}")


if __name__ == "__main__":
    main()
