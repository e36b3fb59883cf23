#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains a spiking network and its dense twins on the embedded digits, counts, meters, and says who
# wins. Installs and builds what is missing first. Arguments go to `snn bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=tests/setup.sh
. tests/setup.sh

need_packages "${build_packages[@]}"
mkdir -p build results
say "Building build/release"
build_preset release -DSNN_TESTS=OFF
say "snn bench --out results/digits.json $*"
exec build/release/bin/snn bench --out results/digits.json "$@"
