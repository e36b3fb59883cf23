#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What counting costs: builds the library with and without counters (SNN_COUNTERS), lets both run the
# same work in turn, and prints the median and the least time of each, and their ratios.
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


# What disturbs a run only makes it longer: on a machine that others use, the least times say more.
print(f"processor seconds, {rounds} rounds{'median':>27}{'least':>30}")
print(f"{'work':14}" + f"{'counting':>10} {'not':>9} {'cost':>9}" * 2)
for what in ["brunel-busy", "cuba", "evaluate", "evaluate-relu", "train"]:
    pairs = []
    for n in range(rounds):  # who is first changes, so that a drift of the machine cancels
        order = ["ON", "OFF"] if n % 2 == 0 else ["OFF", "ON"]
        seconds = {counters: run(counters, what) for counters in order}
        pairs.append((seconds["ON"], seconds["OFF"]))
    line = f"{what:14}"
    for middle in (statistics.median, min):
        on, off = (middle(column) for column in zip(*pairs))
        line += f"{on:10.4f} {off:9.4f} {100 * (on / off - 1):+8.2f}%"
    print(line)
PYTHON
