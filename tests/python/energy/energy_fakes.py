# SPDX-License-Identifier: Apache-2.0
"""A machine on made-up time whose energy is known, seen through an external meter's lines."""

from __future__ import annotations

import pathlib
from typing import Any

import snn


class FakeMachine:
    """It idles at `idle_w`, and its producer writes a line every `update_s`."""

    def __init__(self, path: pathlib.Path, idle_w: float = 50.0, update_s: float = 0.01) -> None:
        self.idle_w = idle_w
        self.update_s = update_s
        self.time_s = 0.0
        self.joules = 0.0
        self.updates = 0
        self.path = path
        self.file = path.open("w")
        self._line()

    def _line(self) -> None:
        self.file.write(f"{self.time_s:.6f} {self.joules:.9f}\n")
        self.file.flush()

    def advance(self, seconds: float, watts: float) -> None:
        until = self.time_s + seconds
        while (self.updates + 1) * self.update_s <= until:
            self.updates += 1
            at = self.updates * self.update_s
            self.joules += watts * (at - self.time_s)
            self.time_s = at
            self._line()
        self.joules += watts * (until - self.time_s)
        self.time_s = until

    def now_s(self) -> float:
        return self.time_s

    def wait(self, seconds: float) -> None:
        self.advance(seconds, self.idle_w)

    def meter(self) -> snn.Meter:
        return snn.open_meter("external", path=self.path)


# A quick plan: nothing here waits for real.
QUICK: dict[str, Any] = {"trials": 10, "min_window_s": 1.0, "warm_up_s": 0.1, "cool_down_s": 0.2,
                         "max_delay_s": 0.1}


def counts(events: int = 700, *, samples: int = 2, macs: int = 0, spikes: int = 40,
           synapses: int = 200, ticks: int = 10) -> snn.RawCounts:
    """Counts of one layer by hand: `events` over weights != 0, and `macs` of them graded."""
    total = events + macs
    values = snn.ValueCounts(graded_synaptic=macs, graded_effective=macs,
                             ternary_effective=events, binary_synaptic=events,
                             binary_effective=events, nonbinary_calls=0 if macs == 0 else 3,
                             value_sum=float(total))
    layer = snn.ProjectionCounts(
        name="in->out", source_size=20, target_size=10, synapses=synapses,
        nonzero_synapses=synapses, source_events=total // 10, synaptic_events=total,
        effective_events=total, dense_events=synapses * ticks * samples, graded=macs > 0,
        values=values if macs else None)
    out = snn.PopulationCounts(name="out", size=10, leaky=True, state_values=1, spikes=spikes,
                               stepped=10 * ticks * samples, membrane_updates=90)
    source = snn.PopulationCounts(name="in", size=20, source=True, spikes=total // 10)
    return snn.RawCounts(samples=samples, ticks=ticks, projections=[layer],
                         populations=[source, out])
