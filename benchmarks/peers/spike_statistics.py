# SPDX-License-Identifier: Apache-2.0
"""Statistics of recorded spikes, the same for every simulator.

  rate   spikes / (neurons x measured time), in Hz
  cv     standard deviation over mean of a neuron's intervals between measured spikes, averaged over the neurons with
         at least 3 measured spikes; biased towards 0 in short runs, so compare runs of one length only
  fano   variance over mean of the population's spike counts in successive bins of 5 ms

Standard deviations and variances divide by the number of values. A spike of tick k is measured if
first < k <= last, and bin b holds the ticks first + b n < k <= first + (b + 1) n.
"""

import numpy as np

BIN_MS = 5.0
LEAST_SPIKES = 3


def mean_cv(ticks, neurons):
    """(mean over neurons, number of neurons with enough spikes); mean is None if there are none."""
    order = np.lexsort((ticks, neurons))
    ticks, neurons = np.asarray(ticks)[order], np.asarray(neurons)[order]
    same = neurons[1:] == neurons[:-1]
    intervals, owner = np.diff(ticks)[same].astype(float), neurons[1:][same]
    count = np.bincount(owner)
    enough = count >= LEAST_SPIKES - 1
    if not enough.any():
        return None, 0
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(owner, intervals) / count
        square = np.bincount(owner, (intervals - np.take(mean, owner)) ** 2) / count
        cv = np.sqrt(square) / mean
    return float(cv[enough].mean()), int(enough.sum())


def fano(ticks, first, last, dt_ms):
    """None if nothing spiked. Ticks that do not fill a bin are left out."""
    per_bin = round(BIN_MS / dt_ms)
    bins = (last - first) // per_bin
    index = (np.asarray(ticks) - first - 1) // per_bin
    counts = np.bincount(index[index < bins], minlength=bins)
    return float(counts.var() / counts.mean()) if counts.sum() else None


def of_population(ticks, neurons, size, first, last, dt_ms):
    """ticks: whole steps; neurons: 0 ... size - 1. Spikes outside the measured ticks are ignored."""
    ticks, neurons = np.asarray(ticks, dtype=np.int64), np.asarray(neurons, dtype=np.int64)
    kept = (ticks > first) & (ticks <= last)
    ticks, neurons = ticks[kept], neurons[kept]
    seconds = (last - first) * dt_ms * 1e-3
    cv, used = mean_cv(ticks, neurons) if len(ticks) else (None, 0)
    return {"rate_hz": len(ticks) / (size * seconds), "cv": cv, "cv_neurons": used,
            "fano": fano(ticks, first, last, dt_ms)}


def of_weights(weights):
    """Mean, standard deviation and 41 quantiles (0, 2.5 ... 100 %) of plastic weights."""
    weights = np.asarray(weights, dtype=float)
    quantiles = np.quantile(weights, np.linspace(0.0, 1.0, 41))
    p1, p99 = np.quantile(weights, [0.01, 0.99])
    return {"mean": float(weights.mean()), "sd": float(weights.std()), "p1": float(p1), "p99": float(p99),
            "synapses": len(weights), "quantiles": [round(float(q), 5) for q in quantiles]}
