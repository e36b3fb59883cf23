#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What counting costs: builds the library with and without counters (SNN_COUNTERS), lets both run the
# same work in turn, and prints the median of each and of the ratios of pairs.
#   benchmarks/counting_cost.sh [rounds] [scale]     scale: share of the work, 1 is about a second
# COST_BUILD names the build folder (build/counting_cost), COST_JOBS the compiler's jobs.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
rounds="${1:-11}"
scale="${2:-1}"
build="${COST_BUILD:-$root/build/counting_cost}"

# One folder for both: only what counts is compiled again. It ends up with counters, as it should.
for counters in OFF ON; do
  cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSNN_BENCHMARKS=ON \
    -DSNN_COUNTERS="$counters" >/dev/null
  nice ninja -C "$build" -j "${COST_JOBS:-1}" bench_counting_cost >/dev/null
  cp "$build/bin/bench_counting_cost" "$build/bin/bench_counting_cost.$counters"
done

python3 - "$build" "$rounds" "$scale" <<'PYTHON'
import statistics
import subprocess
import sys

build, rounds, scale = sys.argv[1], int(sys.argv[2]), sys.argv[3]


def run(counters, what):
    done = subprocess.run([f"{build}/bin/bench_counting_cost.{counters}", what, scale],
                          check=True, capture_output=True, text=True)
    return float(done.stdout)


print(f"{'work':14} {'counting':>10} {'not':>10} {'cost':>8}   (processor s, medians of {rounds}; median of ratios)")
for what in ["brunel-busy", "cuba", "evaluate", "evaluate-relu", "train"]:
    pairs = []
    for n in range(rounds):  # who is first changes, so that a drift of the machine cancels
        order = ["ON", "OFF"] if n % 2 == 0 else ["OFF", "ON"]
        seconds = {counters: run(counters, what) for counters in order}
        pairs.append((seconds["ON"], seconds["OFF"]))
    ratio = statistics.median(on / off for on, off in pairs)
    on, off = (statistics.median(column) for column in zip(*pairs))
    print(f"{what:14} {on:10.4f} {off:10.4f} {100 * (ratio - 1):+7.2f}%")
PYTHON
