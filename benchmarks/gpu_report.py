#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Puts what gpu.sh found into one JSON file and a Markdown table.

gpu_report.py LOGS --name NAME --out DIR

LOGS holds steps.tsv (step, state, seconds, what it says), <step>.json of steps with figures, and
info.out. Writes DIR/NAME.json and DIR/NAME.md. Standard library only: it also runs on a bare machine.
"""

import argparse
import datetime
import json
import pathlib
import sys


def read_json(path):
    """A file's figures, or None where it is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def read_steps(path):
    """The rows of steps.tsv."""
    steps = []
    for line in path.read_text(encoding="utf-8").splitlines():
        step, state, seconds, said = line.split("\t", 3)
        steps.append({"step": step, "state": state, "seconds": int(seconds), "said": said})
    return steps


def table(head, rows):
    """A Markdown table; numbers are right of their column."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in lines)


def number(value, digits=3):
    """A number to so many digits, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}g}"


def joules(run):
    """Measured energy of a synaptic event, or that there is none."""
    energy = run.get("energy", {})
    if "measured" not in energy:
        return "unavailable"
    per_event = energy["measured"].get("joules_per_synaptic_event")
    return "-" if per_event is None else f"{number(per_event * 1e9)} nJ measured"


def networks(figures):
    """Runs of `snn simulate`."""
    rows = [[run.get("network", name), run.get("neurons", "-"), run.get("synapses", "-"),
             number(run.get("real_time_factor")), number(run.get("events_per_s")),
             joules(run), run.get("spike_hash", "-")]
            for name, run in figures.items() if name.startswith("simulate-")]
    head = ["network", "neurons", "synapses", "real-time factor", "synaptic events/s",
            "energy per event", "hash of the spikes"]
    return table(head, rows) if rows else ""


def layer(figures):
    """What bench_gpu_layer printed: scans by their share of the copy's bandwidth, layers by their
    ratio to the products alone."""
    found = figures.get("layer")
    if not found:
        return ""
    scans = [[f"{s['scan']} scan, {s['neurons_per_thread']} per thread",
              f"{s['neurons']} x {s['batch']} x {s['ticks']}", f"{number(s['ms'])} ms",
              f"{number(s['bytes_per_s'])} B/s", f"{100 * s['share_of_copy']:.0f} % of copying"]
             for s in found.get("scans", [])]
    layers = [[f"layer, {s['precision']}",
               f"{s['inputs']} to {s['neurons']} x {s['batch']} x {s['ticks']}",
               f"{number(s['forward_backward_ms'])} ms",
               f"{number(s['products_flop_per_s'])} flop/s in products",
               f"{number(s['ratio'])} times the products alone"]
              for s in found.get("layer", [])]
    head = ["what", "neurons x batch x ticks", "time", "rate", "against the roof"]
    return table(head, scans + layers)


def peers(figures):
    """The same layer by other libraries, and how many times as long as ours they take."""
    found = figures.get("peers")
    if not found:
        return ""
    ours = {s["precision"]: s["forward_backward_ms"] for s in figures.get("layer", {}).get("layer", [])}
    rows = []
    for precision, contestants in found["layer"].items():
        for name, one in contestants.items():
            ms = one.get("forward_backward_ms")
            mine = ours.get(precision)
            ratio = f"{number(ms / mine)} times ours" if ms and mine else "-"
            said = one.get("unavailable", one.get("implementation", ""))
            rows.append([name, precision, f"{number(ms)} ms" if ms else "-", ratio,
                         number(one.get("peak_bytes")), str(said).replace("|", "/")])
    return table(["library", "precision", "forward and backward", "ratio", "peak bytes", "it says"], rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("logs", type=pathlib.Path)
    parser.add_argument("--name", required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    steps = read_steps(arguments.logs / "steps.tsv")
    figures = {}
    for step in steps:
        path = arguments.logs / f"{step['step']}.json"
        if step["state"] == "passed" and path.exists():
            found = read_json(path)
            if found is None:
                step.update(state="failed", said="its figures are no JSON")
            else:
                figures[step["step"]] = found
    info = arguments.logs / "info.out"
    result = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "info": info.read_text(encoding="utf-8").splitlines() if info.exists() else [],
        "steps": steps,
        "figures": figures,
    }
    (arguments.out / f"{arguments.name}.json").write_text(
        json.dumps(result, indent=1) + "\n", encoding="utf-8")
    rows = [[s["step"], s["state"], s["seconds"], s["said"].replace("|", "/")] for s in steps]
    parts = [f"# {arguments.name}", table(["step", "outcome", "seconds", "it says"], rows),
             networks(figures), layer(figures), peers(figures)]
    text = "\n\n".join(part for part in parts if part) + "\n"
    (arguments.out / f"{arguments.name}.md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if any(step["said"] == "its figures are no JSON" for step in steps) else 0


if __name__ == "__main__":
    sys.exit(main())
