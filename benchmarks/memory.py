#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the peak memory of `snn train` on MNIST with the floor of docs/training.md, "Memory".

Prints floor, peak and their ratio; exits with 1 if the ratio exceeds --most. The peak is that of the
whole process, program and libraries included. Data: --data, else $SNN_DATA, else ../shared/data.
"""

import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SAMPLES, FEATURES, CLASSES = 70_000, 28 * 28, 10


def floor(hidden, ticks, batch):
    """Bytes by purpose: LIF layers, a leaky readout, values held at the input, fp32, Adam."""
    widths = hidden + [CLASSES]
    parameters = sum((below + 1) * width for below, width in zip([FEATURES] + hidden, widths))
    words = sum((width + 63) // 64 for width in hidden)
    return {
        "membranes [tick][sample][neuron]": 4 * ticks * batch * sum(widths),
        "spikes, bits": 8 * ticks * batch * words,
        "gradient of the readout": 4 * ticks * batch * CLASSES,
        "state and adjoint": 2 * 4 * batch * (2 * sum(hidden) + CLASSES),
        "input of every tick, its gradient": 2 * 4 * batch * sum(widths),
        "batch of samples": 4 * batch * FEATURES,
        "parameters, gradient, Adam, best": 5 * 4 * parameters,
        "data set": SAMPLES * (FEATURES + 4 + 8),  # bytes, labels, indices of the split
    }


def peak(command):
    """Peak resident memory of a process, bytes."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"failed: {' '.join(map(str, command))}")
    return usage.ru_maxrss * 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=pathlib.Path,
                        default=os.environ.get("SNN_DATA", ROOT.parent / "shared" / "data"))
    parser.add_argument("--snn", default=ROOT / "build" / "release" / "bin" / "snn")
    parser.add_argument("--hidden", type=int, nargs="+", default=[256])
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--most", type=float, default=1.5)
    options = parser.parse_args()
    folder = pathlib.Path(options.data) / "mnist"
    if not folder.is_dir():
        sys.exit(f"no folder {folder}: give its parent with --data or SNN_DATA")

    parts = floor(options.hidden, options.steps, options.batch)
    program = peak([options.snn, "info"])
    used = peak([options.snn, "train", "--quiet", "--data", f"mnist:{folder}", "--epochs", "1",
                 "--hidden", ",".join(map(str, options.hidden)), "--steps", str(options.steps),
                 "--batch", str(options.batch), "--threads", str(options.threads)])
    total = sum(parts.values())
    for name, size in parts.items():
        print(f"{name:34} {size / 1e6:8.2f} MB")
    print(f"{'floor':34} {total / 1e6:8.2f} MB")
    print(f"{'peak of snn train':34} {used / 1e6:8.2f} MB")
    print(f"{'ratio':34} {used / total:8.2f}    (at most {options.most})")
    rest, data = used - program - parts["data set"], total - parts["data set"]
    print(f"{'the same without data and program':34} {rest / data:8.2f}    "
          f"({rest / 1e6:.2f} MB of {data / 1e6:.2f}; the program alone takes {program / 1e6:.2f} MB)")
    return 0 if used / total <= options.most else 1


if __name__ == "__main__":
    sys.exit(main())
