# SPDX-License-Identifier: Apache-2.0
"""Measures the energy of Python code of your own: one layer of neurons, densely and by events.

It gives joules with 95 % intervals, or the reason why this machine has none to give, and beside
them, apart, what a model says of the same operations.

Run: python examples/14_measure_python_code.py [seconds it may take]
A measurement of two programs takes about seven minutes; without an argument it is not begun.
"""

import sys

import numpy as np

import snn

SOURCES, TARGETS = 512, 512
# Every 20th source spikes; weights are multiples of 1/8, so that sums are exact in any order.
weights = (np.arange(SOURCES * TARGETS) % 17 / 8 - 1).reshape(SOURCES, TARGETS)
spikes = np.zeros(SOURCES)
spikes[::20] = 1


def dense() -> np.ndarray:
    return spikes @ weights


def by_events() -> np.ndarray:
    return weights[np.flatnonzero(spikes)].sum(axis=0)


def counts(events: int, graded: bool) -> snn.RawCounts:
    """What one program does: so many events over weights, graded ones as multiplications."""
    values = snn.ValueCounts(graded_synaptic=events, graded_effective=events, nonbinary_calls=1)
    layer = snn.ProjectionCounts(
        name="layer", source_size=SOURCES, target_size=TARGETS, synapses=weights.size,
        nonzero_synapses=weights.size, source_events=events // TARGETS, synaptic_events=events,
        effective_events=events, dense_events=weights.size, graded=graded,
        values=values if graded else None)
    return snn.RawCounts(samples=1, ticks=1, projections=[layer])


assert np.array_equal(dense(), by_events())  # whatever is measured, it is the same layer

comparison = snn.compare({"dense": dense, "by events": by_events},
                         max_total_s=float(sys.argv[1]) if len(sys.argv) > 1 else 10,
                         on_trial=lambda trial, of: print(f"trial {trial + 1} of {of}"))
if not comparison:
    print("no figure:", comparison.reason)
    print("what helps:", comparison.fix)
else:
    for name in comparison.names:
        energy = comparison.energy(name)
        if not energy:
            print(name, "no figure:", energy.reason)
            continue
        for what, mean in (("total", energy.total), ("dynamic", energy.dynamic)):
            print(f"{name}: {what} {mean.mean:.4g} per layer, 95 % interval "
                  f"{mean.low.joules:.4g} to {mean.high.joules:.4g} J")
        print("  ", snn.co2e(energy.total.mean))

for name, operations in (("dense", counts(weights.size, True)),
                         ("by events", counts(int(spikes.sum()) * TARGETS, False))):
    modelled = snn.compute_only(operations)
    print(f"{name}: {modelled.joules_per_inference:.4g} by {modelled.model}, arithmetic alone")
