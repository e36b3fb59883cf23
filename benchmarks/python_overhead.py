# SPDX-License-Identifier: Apache-2.0
"""What Python adds to a run of one second of the Brunel network, and to training.

Usage: python_overhead.py BENCH_PYTHON_OVERHEAD [ROUNDS]

Runs the C++ program and its twin in Python by turns, each in a process of its own, and prints the
ratio of the medians with the quartiles of the ratios of neighbours.
"""

import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import time


def work():
    import snn
    run = snn.Simulation(snn.brunel(scale=0.4), dt_ms=0.1, seed=1, threads=1)
    run.run_ms(100)
    start = time.perf_counter()
    run.run_ms(1000)
    print("run", time.perf_counter() - start)

    digits = snn.load_digits()
    trainer = snn.Trainer(snn.classifier(digits.data), digits, epochs=20, threads=1,
                          loss=snn.MeanMembraneCrossEntropy())
    start = time.perf_counter()
    trainer.train()
    print("train", time.perf_counter() - start)


def seconds(command):
    out = subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout
    return {name: float(value) for name, value in (line.split() for line in out.splitlines())}


def output(*command):
    folder = pathlib.Path(__file__).resolve().parent
    return subprocess.run(command, check=True, text=True, cwd=folder,
                          stdout=subprocess.PIPE).stdout.strip()


def machine():
    info = pathlib.Path("/proc/cpuinfo").read_text()
    name = next(line.split(":", 1)[1].strip() for line in info.splitlines()
                if line.startswith("model name"))
    return {"cpu": name, "cores": len(os.sched_getaffinity(0)), "python": platform.python_version()}


def main():
    program, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 15
    mine = [sys.executable, str(pathlib.Path(__file__).resolve()), "--work"]
    times = {"C++": [], "Python": []}
    for number in range(rounds + 1):
        order = [("C++", [program]), ("Python", mine)]
        for name, command in order if number % 2 else order[::-1]:
            measured = seconds(command)
            if number > 0:  # the first is a warm-up
                times[name].append(measured)
    result = {"command": "benchmarks/python_overhead.py bench_python_overhead " + str(rounds),
              "commit": output("git", "rev-parse", "HEAD"), "machine": machine(), "rounds": rounds}
    for what in ("run", "train"):
        cpp, python = ([t[what] for t in times[name]] for name in ("C++", "Python"))
        low, _, high = statistics.quantiles([p / c for p, c in zip(python, cpp)], n=4)
        result[what] = {"cpp_s": statistics.median(cpp), "python_s": statistics.median(python),
                        "ratio": statistics.median(python) / statistics.median(cpp),
                        "ratio_quartiles": [low, high]}
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    work() if "--work" in sys.argv else main()
