# SPDX-License-Identifier: Apache-2.0
"""Who wins on the embedded digits with 5 and with 15 ticks, a spiking network or its dense twin.

Run: python examples/15_who_wins.py [folder for the results and their pages]
"""

import pathlib
import sys

import snn

for steps in (5, 15):
    # Latency code: each pixel spikes at most once, so that few ticks cost little and tell little.
    results = snn.bench("digits", hidden=48, epochs=15, steps=steps, encode="latency",
                        meter="none")
    spiking, dense = results["spiking"], results["dense"]
    mine, other = spiking.modelled[0], dense.modelled[0]
    print(f"{steps} ticks: accuracy {spiking.accuracy:.3f}, the twin {dense.accuracy:.3f}; by "
          f"{mine.model} {mine.joules_per_inference:.3g}, twin {other.joules_per_inference:.3g}")
    for sentence in results.verdict:
        print("  -", sentence)
    if len(sys.argv) > 1:
        folder = pathlib.Path(sys.argv[1])
        folder.mkdir(parents=True, exist_ok=True)
        results.save(folder / f"ticks_{steps}.json")
        results.report(folder / f"ticks_{steps}.html")
