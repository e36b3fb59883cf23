#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs snn and its peers (NEST, Brian2) on the same networks, in turns in one run, and writes
# benchmarks/results/simulation-<date>.json and a table of medians and ratios. Installs and builds what is
# missing. Nothing else should run on the machine: threads that share a core wait for each other.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tests/setup.sh
. tests/setup.sh
need_packages "${build_packages[@]}" python3 python3-venv
build_preset release -DSNN_BENCHMARKS=ON
benchmarks/peers/simulation_setup.sh
exec build/peers-sim/bin/python benchmarks/simulation.py "$@"
