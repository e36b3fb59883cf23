#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes counts.json: what NeuroBench, sinabs and SpikingJelly count for the networks of
tests/validation/counters/networks.py. Run it with the Python that tests/validation/counters/setup.sh
prints."""

import importlib.metadata
import json
import pathlib
import sys
import warnings

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "counters"))

import networks  # noqa: E402
import tools  # noqa: E402


def main():
    warnings.filterwarnings("ignore")
    packages = ["neurobench", "sinabs", "spikingjelly", "snntorch", "torch"]
    result = {"made_by": "make_counts.py",
              "versions": {name: importlib.metadata.version(name) for name in packages},
              "networks": [tools.count(network) for network in networks.fixed()]}
    text = json.dumps(result, separators=(",", ":"))
    (HERE / "counts.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
    print(f"{len(result['networks'])} networks, {len(text)} bytes")


if __name__ == "__main__":
    main()
