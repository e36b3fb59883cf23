#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws networks at random and compares snn's counts with those of NeuroBench, sinabs and SpikingJelly,
number for number. Needs the tools, as tests/validation/counters/setup.sh installs them, and
snn_counts_tests:

    "$(tests/validation/counters/setup.sh)" tests/validation/counters/compare_random.py \\
        --tests build/release/bin/snn_counts_tests --networks 50 --seed 7

Exits 77 (skipped) where a tool is missing, 1 where a number differs.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import warnings


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=pathlib.Path, required=True, help="path of snn_counts_tests")
    parser.add_argument("--networks", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1, help="of the first network")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    try:
        import networks
        import tools
    except ImportError as missing:
        print(f"skipped: {missing}; tests/validation/counters/setup.sh installs the tools")
        return 77
    if not options.tests.exists():
        print(f"skipped: no {options.tests}; build the target snn_counts_tests")
        return 77
    counted, seed = [], options.seed
    while len(counted) < options.networks:
        try:
            counted.append(tools.count(networks.drawn(seed)))
        except tools.Ambiguous as reason:
            print(f"seed {seed} is left out: {reason}")
        seed += 1
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "networks.json"
        path.write_text(json.dumps({"networks": counted}))
        done = subprocess.run([options.tests, "--gtest_filter=CountingTools.*"], check=False,
                              env=dict(os.environ, SNN_COUNTED_NETWORKS=str(path)),
                              capture_output=True, text=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr)
        print(f"counts differ; seeds {options.seed} to {seed - 1}")
        return 1
    layers = sum(len(network["projections"]) for network in counted)
    print(f"{len(counted)} random networks, {layers} layers (seeds {options.seed} to {seed - 1}): all "
          "counts equal those of NeuroBench, sinabs and SpikingJelly")
    return 0


if __name__ == "__main__":
    sys.exit(main())
