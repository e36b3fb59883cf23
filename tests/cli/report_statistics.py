# SPDX-License-Identifier: Apache-2.0
"""Figures of repeated measurements, from their raw trials. Nothing is shared with the library."""

import math

# Two-sided 95 % points of Student's t, by degrees of freedom.
STUDENT = {4: 2.776445, 5: 2.570582, 6: 2.446912, 7: 2.364624, 8: 2.306004, 9: 2.262157}


def mean(values):
    return sum(values) / len(values)


def over_trials(values):
    n, middle = len(values), mean(values)
    ordered = sorted(values)
    sd = math.sqrt(sum((v - middle) ** 2 for v in values) / (n - 1))
    half = STUDENT[n - 1] * sd / math.sqrt(n)
    return {"mean": middle, "median": (ordered[(n - 1) // 2] + ordered[n // 2]) / 2, "sd": sd,
            "interval_95": [middle - half, middle + half]}


def mersenne_twister(seed):
    """MT19937-64 of Matsumoto & Nishimura: uniform numbers in [0, 1) with 53 bits."""
    mask = (1 << 64) - 1
    state = [seed & mask]
    for i in range(1, 312):
        state.append((6364136223846793005 * (state[-1] ^ (state[-1] >> 62)) + i) & mask)
    while True:
        for i in range(312):
            x = (state[i] & 0xFFFFFFFF80000000) | (state[(i + 1) % 312] & 0x7FFFFFFF)
            state[i] = state[(i + 156) % 312] ^ (x >> 1) ^ (0xB5026F5AA96619E9 if x & 1 else 0)
        for x in state:
            x ^= (x >> 29) & 0x5555555555555555
            x ^= (x << 17) & 0x71D67FFFEDA60000
            x ^= (x << 37) & 0xFFF7EEE000000000
            x ^= x >> 43
            yield (x >> 11) * 2.0**-53


DRAWS = {}  # the same seed always draws the same trials


def draws(seed, resamples, n):
    if (seed, resamples, n) not in DRAWS:
        chance = mersenne_twister(seed)
        DRAWS[seed, resamples, n] = [[int(next(chance) * n) for _ in range(n)]
                                     for _ in range(resamples)]
    return DRAWS[seed, resamples, n]


def bootstrap_ratio(over, under, measurement):
    logs = [math.log(a / b) for a, b in zip(over, under)]
    n, middle = len(logs), mean(logs)
    means = sorted(sum(logs[i] for i in pick) / n
                   for pick in draws(measurement["seed"], measurement["resamples"], n))

    def percentile(share):
        place = share * (len(means) - 1)
        below = int(place)
        return means[below] + (place - below) * (means[min(below + 1, len(means) - 1)] - means[below])

    stretch = STUDENT[n - 1] / 1.959964 * math.sqrt(n / (n - 1))
    return {"ratio": math.exp(middle),
            "interval_95": [math.exp(middle + stretch * (percentile(share) - middle))
                            for share in (0.025, 0.975)]}


def trials_of(measurement, contestant):
    """Of each trial that counts: J, J above idle, s and J s per inference (s per pass), and W."""
    samples = measurement["contestants"][contestant]["samples"]
    for trial in measurement["trials"]:
        if trial["voided"]:
            continue
        work, idle = trial["work"][contestant], (trial["idle_before"], trial["idle_after"])
        idle_w = sum(w["joules"] for w in idle) / sum(w["seconds"] for w in idle)
        passes = work["repetitions"]
        seconds = work["seconds"] / passes
        yield {"total": work["joules"] / passes / samples,
               "dynamic": (work["joules"] - idle_w * work["seconds"]) / passes / samples,
               "seconds": seconds, "time": seconds / samples,
               "energy_delay": work["joules"] / passes * seconds / samples,
               "power": work["joules"] / work["seconds"],
               "quantisation": work["quantisation_j"] / work["joules"]}


def column(trials, key):
    return [trial[key] for trial in trials]


def is_stable(trials, measurement):
    totals = column(trials, "total")
    group = min(5, len(totals) // 2)
    first, last = mean(totals[:group]), mean(totals[-group:])
    return abs(last - first) / min(first, last) <= measurement["max_difference"]
