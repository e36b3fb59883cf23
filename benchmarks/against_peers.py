#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures snn and its peers in one run, in turns, and writes benchmarks/results/<name>-<date>.json.

  against_peers.py mnist     an epoch of MNIST, 784-256-10, T = 25, batch 128, and accuracies
  against_peers.py layer     Linear(1024) + LIF, forward and backward, T = 500, batch 16
  against_peers.py nmnist    accuracy on 1,000 N-MNIST recordings, 2312-256-10, T = 25
  against_peers.py sweep     no peers: dense, sparse and automatic products, 0.5 to 50 % density

Needs build/release/bin/snn (for `layer` and `sweep`: a build with -DSNN_BENCHMARKS=ON) and installs the peers with
peers/setup.sh. Nothing else should run on the machine: OpenMP threads that share a core wait for each other."""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import shlex
import statistics
import subprocess
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parent
forms = ["tutorial", "hoisted", "tutorial-compiled", "hoisted-compiled"]
libraries = ["snntorch", "spikingjelly"]


def fail(message):
    sys.exit(f"against_peers.py: {message}")


def run(command, threads, log):
    """Output of a command; (None, reason) if it fails."""
    log.append(" ".join(shlex.quote(str(part)) for part in command))
    print("+", log[-1], file=sys.stderr, flush=True)
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    done = subprocess.run([str(c) for c in command], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return None, lines[-1] if lines else f"exit code {done.returncode}"
    return done, None


def run_snn(args, data, epochs, seed, log):
    command = [args.snn, "train", "--data", data, "--hidden", 256, "--steps", 25, "--encode", "direct",
               "--epochs", epochs, "--batch", args.batch, "--lr", "1e-3", "--threads", args.threads, "--seed", seed]
    if data.startswith("events:"):
        command += ["--dt-ms", args.dt_ms]
    if args.limit:
        command += ["--train-limit", args.limit]
    command += args.snn_options
    done, reason = run(command, args.threads, log)
    if done is None:
        fail(f"snn failed: {reason}")
    seconds = [float(s) for s in re.findall(r"epoch \d+/\d+ .* ([0-9.]+) s$", done.stderr, re.M)]
    accuracy = re.search(r"test accuracy ([0-9.]+) % \(best epoch (\d+)", done.stdout)
    if len(seconds) != epochs or accuracy is None:
        fail(f"snn printed something else than expected:\n{done.stderr}{done.stdout}")
    return {"epoch_s": seconds, "accuracy": float(accuracy[1]) / 100, "best_epoch": int(accuracy[2])}


def run_peer(args, python, library, form, data, epochs, seed, log):
    command = [python, here / "peers" / "train.py", "--library", library, "--form", form, "--data", data,
               "--hidden", 256, "--steps", 25, "--dt-ms", args.dt_ms, "--epochs", epochs, "--batch", args.batch,
               "--lr", "1e-3", "--threads", args.threads, "--seed", seed, "--limit", args.limit]
    done, reason = run(command, args.threads, log)
    return {"failed": reason} if done is None else json.loads(done.stdout.splitlines()[-1])


def spread(seconds):
    return {"median_s": statistics.median(seconds), "least_s": min(seconds), "most_s": max(seconds),
            "epochs": len(seconds)}


def mnist(args, python, log):
    data = f"mnist:{args.data or data_folder() / 'mnist'}"
    contestants = [("snn", "")] + [(library, form) for library in libraries for form in args.forms]
    seconds = {c: [] for c in contestants}
    facts = {c: {} for c in contestants}
    for _ in range(args.rounds):
        for library, form in contestants:
            if "failed" in facts[library, form]:
                continue
            if library == "snn":
                result = run_snn(args, data, args.timing_epochs, 1, log)
            else:
                result = run_peer(args, python, library, form, data, args.timing_epochs, 1, log)
            facts[library, form].update({k: v for k, v in result.items() if k in
                                         ("version", "torch", "train_samples", "warm_up_s", "failed")})
            seconds[library, form] += result.get("epoch_s", [])
    ours = statistics.median(seconds["snn", ""])
    rows = []
    for (library, form), taken in seconds.items():
        row = {"library": library, "form": form, **facts[library, form]}
        if taken:
            row["epoch"] = spread(taken)
            row["times_slower_than_snn"] = row["epoch"]["median_s"] / ours
        rows.append(row)
    for library in ["snn"] + libraries:
        timed = [row for row in rows if row["library"] == library and "epoch" in row]
        if not timed:
            continue
        best = min(timed, key=lambda row: row["epoch"]["median_s"])
        trained = (run_snn(args, data, args.epochs, 1, log) if library == "snn" else
                   run_peer(args, python, library, best["form"], data, args.epochs, 1, log))
        best["trained"] = {"epochs": args.epochs, **{k: trained[k] for k in ("accuracy", "best_epoch") if k in trained}}
    for row in rows:
        text = f"{row['epoch']['median_s']:8.3f} s {row['times_slower_than_snn']:6.2f} x" if "epoch" in row \
            else f"failed: {row.get('failed')}"
        if "trained" in row and "accuracy" in row["trained"]:
            text += f"   {100 * row['trained']['accuracy']:.2f} % after {args.epochs} epochs"
        print(f"{row['library']:13} {row['form']:18} {text}")
    return {"contestants": rows}


def layer(args, python, log):
    program = args.snn.parent / "bench_dense_layer"
    if not program.exists():
        fail(f"{program} is missing: build with -DSNN_BENCHMARKS=ON")
    size = [args.neurons, args.ticks, args.batch_of_layer]
    ours, reason = run([program, *size, args.threads, args.rounds_of_layer], args.threads, log)
    if ours is None:
        fail(f"bench_dense_layer failed: {reason}")
    own = [json.loads(line) for line in ours.stdout.splitlines()]
    command = [python, here / "peers" / "layer.py", "--neurons", size[0], "--ticks", size[1], "--batch", size[2],
               "--threads", args.threads, "--rounds", args.rounds_of_layer, "--density"]
    peers, reason = run(command + [row["density"] for row in own], args.threads, log)
    if peers is None:
        fail(f"peers/layer.py failed: {reason}")
    rows = []
    for mine, theirs in zip(own, (json.loads(line) for line in peers.stdout.splitlines())):
        times = {k: v for k, v in theirs.items() if k.endswith("_ms")}
        ratios = {k.removesuffix("_ms"): v / mine["automatic_ms"] for k, v in times.items()}
        rows.append({"density": mine["density"], "snn": mine, "peers": times, "times_slower_than_snn": ratios})
        print(f"density {mine['density']}: products {mine['products_ms']:.1f} ms, snn {mine['automatic_ms']:.1f} ms, "
              + ", ".join(f"{k} {v:.1f} ms" for k, v in times.items()))
    return {"rows": rows}


def sweep(args, _, log):
    program = args.snn.parent / "bench_density_sweep"
    if not program.exists():
        fail(f"{program} is missing: build with -DSNN_BENCHMARKS=ON")
    done, reason = run([program], args.threads, log)
    if done is None:
        fail(f"bench_density_sweep failed: {reason}")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    worst = max(row["automatic_over_best"] for row in rows)
    print(f"{len(rows)} products; the automatic choice takes at most {worst:.3f} x the better one")
    return {"worst_automatic_over_best": worst, "rows": rows}


def nmnist(args, python, log):
    folder = pathlib.Path(args.data or data_folder() / "nmnist")
    data = "events:" + ",".join(str(folder / f"nmnist_small_{part}.h5") for part in ("train", "test"))
    result = {}
    for library in ["snn"] + libraries:
        runs = [run_snn(args, data, args.epochs, seed, log) if library == "snn" else
                run_peer(args, python, library, "hoisted", data, args.epochs, seed, log)
                for seed in range(1, args.seeds + 1)]
        accuracies = [r["accuracy"] for r in runs if "accuracy" in r]
        result[library] = {"accuracies": accuracies, "failed": [r["failed"] for r in runs if "failed" in r]}
        if accuracies:
            deviation = statistics.stdev(accuracies) if len(accuracies) > 1 else 0.0
            result[library].update(mean=statistics.mean(accuracies), sd=deviation)
            result[library]["epoch"] = spread([s for r in runs for s in r.get("epoch_s", [])])
            print(f"{library:13} {100 * result[library]['mean']:.1f} +- {100 * deviation:.1f} %")
    return {"models": result}


def data_folder():
    return pathlib.Path(os.environ.get("SNN_DATA") or root / ".." / "shared" / "data")


def git(*arguments):
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def machine():
    cpu = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                if line.startswith("model name")), platform.machine())
    return {"cpu": cpu, "cores": os.cpu_count(), "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(), "load_before": os.getloadavg()[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("benchmark", choices=["mnist", "layer", "nmnist", "sweep"])
    parser.add_argument("--data", help="folder of the data; default: $SNN_DATA or ../shared/data, and mnist or nmnist")
    parser.add_argument("--snn", type=pathlib.Path, default=root / "build" / "release" / "bin" / "snn")
    parser.add_argument("--snn-options", type=shlex.split, default=[], metavar="TEXT", help="more flags of snn train")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, help="for accuracies; default 10 (mnist), 30 (nmnist)")
    parser.add_argument("--batch", type=int, help="default 128 (mnist), 32 (nmnist)")
    parser.add_argument("--limit", type=int, default=0, help="training samples; 0: all")
    parser.add_argument("--rounds", type=int, default=3, help="mnist: turns of all contestants")
    parser.add_argument("--timing-epochs", type=int, default=2, help="mnist: epochs per turn")
    parser.add_argument("--forms", nargs="+", default=forms, choices=forms)
    parser.add_argument("--seeds", type=int, default=3, help="nmnist: runs")
    parser.add_argument("--dt-ms", type=float, default=12.0, help="nmnist: length of a tick")
    parser.add_argument("--neurons", type=int, default=1024)
    parser.add_argument("--ticks", type=int, default=500)
    parser.add_argument("--batch-of-layer", type=int, default=16)
    parser.add_argument("--rounds-of-layer", type=int, default=7)
    parser.add_argument("--out", type=pathlib.Path, help="default: benchmarks/results/<name>-<date>.json")
    args = parser.parse_args()
    args.epochs = args.epochs or (30 if args.benchmark == "nmnist" else 10)
    args.batch = args.batch or (32 if args.benchmark == "nmnist" else 128)
    args.snn = args.snn.resolve()
    if not args.snn.exists():
        fail(f"{args.snn} is missing: cmake --preset release && cmake --build --preset release")
    python = ""
    if args.benchmark != "sweep":
        setup = subprocess.run(["bash", str(here / "peers" / "setup.sh")], stdout=subprocess.PIPE, text=True)
        if setup.returncode != 0:
            fail("the peers could not be installed")
        python = setup.stdout.strip()
    found = machine()
    if found["load_before"] > 0.5:
        print(f"load average {found['load_before']:.1f}: other work disturbs the figures", file=sys.stderr)
    log = []
    today = datetime.date.today().isoformat()
    report = {
        "benchmark": args.benchmark, "date": today, "machine": found,
        "commit": git("rev-parse", "HEAD") + ("+changes" if git("status", "--porcelain", "--untracked-files=no") else ""),
        "command": shlex.join(["benchmarks/against_peers.py", *sys.argv[1:]]),
        **{"mnist": mnist, "layer": layer, "nmnist": nmnist, "sweep": sweep}[args.benchmark](args, python, log),
    }
    report["commands"] = [line.replace(str(root) + "/", "").replace(str(root.parent) + "/", "../") for line in log]
    name = {"mnist": "mnist-epoch", "layer": "linear-lif", "nmnist": "nmnist-accuracy", "sweep": "density-sweep"}[
        args.benchmark]
    out = args.out or here / "results" / f"{name}-{today}.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(report, indent=1) + "\n")
    print(f"written to {out}")


if __name__ == "__main__":
    main()
