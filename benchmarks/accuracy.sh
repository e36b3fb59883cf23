#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Accuracy of spiking networks and their twins, mean of 3 seeds, of the epoch that validation chose:
#   accuracy.sh [digits] [mnist] [spoken]      all by default; build/release must be built
# MNIST and the spoken digits are looked for in $SNN_DATA, then in ../shared/data. Results go to
# benchmarks/results/accuracy-<name>-<date>.json; SEEDS changes their number, more arguments after
# `--` go to `snn bench`.
set -euo pipefail
cd "$(dirname "$0")/.."
snn=build/release/bin/snn
[ -x "$snn" ] || { echo "$snn is missing: cmake --preset release && cmake --build --preset release"; exit 1; }
data=${SNN_DATA:-../shared/data}

sets=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do sets+=("$1"); shift; done
[ $# -eq 0 ] || shift
[ "${#sets[@]}" -gt 0 ] || sets=(digits mnist spoken)
mkdir -p benchmarks/results
for set in "${sets[@]}"; do
  case $set in
    digits) flags=() ;;
    mnist) flags=(--data "mnist:$data/mnist" --epochs 10) ;;
    spoken)
      folder=$data/spoken_digits
      flags=(--data "events:$folder/spoken_digits_train.h5,$folder/spoken_digits_test.h5" --recurrent)
      ;;
    *) echo "no set is called $set; there are: digits, mnist, spoken" >&2; exit 2 ;;
  esac
  "$snn" bench "${flags[@]}" --seeds "${SEEDS:-3}" "$@" \
    --out "benchmarks/results/accuracy-$set-$(date +%F).json"
done
