# SPDX-License-Identifier: Apache-2.0
"""Neuron models of your own by equations: quadratic integrate-and-fire, and resonate-and-fire.

Both are compiled by the system's C++ compiler when they are used first. Their spikes and
oscillations stand beside closed forms.

Run: python examples/13_your_own_equations.py
"""

import math
import sys

import numpy as np

import snn

# Quadratic integrate-and-fire, tau dv/dt = v (v - v_c) / v_c + i, by forward Euler.
Qif = snn.NeuronModel(
    "Qif",
    state={"v": "v_reset_mv"},
    parameters={"tau_m_ms": 10.0, "v_c_mv": 10.0, "v_peak_mv": 500.0, "v_reset_mv": -500.0,
                "i_mv": 12.5},
    derived={"alpha": "dt_ms / tau_m_ms"},
    update={"v": "v + alpha * (v * (v - v_c_mv) / v_c_mv + i_mv) + input"},
    threshold="v - v_peak_mv",
    reset={"v": "v_reset_mv"},
)

# Resonate-and-fire (Izhikevich, Neural Networks 14 (2001) 883): z' = (-b + i w) z with z = x + i y,
# solved exactly over a tick. Its membrane is y; what arrives moves x.
Resonator = snn.NeuronModel(
    "Resonator",
    state={"y": 0.0, "x": 0.0},
    parameters={"damping_per_ms": 0.02, "rad_per_ms": 0.3, "y_th": 1.3},
    derived={"shrink": "exp(-damping_per_ms * dt_ms)",
             "turn_cos": "shrink * cos(rad_per_ms * dt_ms)",
             "turn_sin": "shrink * sin(rad_per_ms * dt_ms)"},
    update={"x": "turn_cos * x - turn_sin * y + input", "y": "turn_sin * x + turn_cos * y"},
    threshold="y - y_th",
    reset={"x": 0, "y": 1},
)


def qif_periods_agree() -> bool:
    """A thousand neurons with currents of their own, against the arctangent of their period."""
    i_mv = np.linspace(10, 40, 1000)
    net = snn.Network()
    cells = net.add(Qif(i_mv=i_mv), 1000, name="qif")
    run = snn.Simulation(net, dt_ms=0.01).record_spikes(cells).run_ms(500)
    root = np.sqrt(10 * (i_mv - 10 / 4))
    period_ms = 10 * 10 / root * (np.arctan((500 - 5) / root) - np.arctan((-500 - 5) / root))
    found_ms = np.array([np.diff(run.spikes["qif"].of(n)).mean() for n in range(1000)])
    print(f"QIF: periods of {found_ms.min():.2f} to {found_ms.max():.2f} ms, closed form "
          f"{period_ms.min():.2f} to {period_ms.max():.2f} ms")
    return bool(np.all(np.abs(found_ms / period_ms - 1) < 0.02))


def resonator_agrees() -> bool:
    """One pulse rings at the neuron's own frequency; two make it fire if they come in its time."""
    own_ms = 2 * math.pi / 0.3
    gaps_ms = np.array([own_ms / 2, own_ms])
    net = snn.Network()
    pulses = net.add(snn.SpikeSource([[10.0, 10.0 + gap] for gap in gaps_ms]), 2, name="pulses")
    cells = net.add(Resonator(), 2, name="resonators")
    net.connect(pulses, cells, snn.OneToOne(), weight=1.0)
    run = snn.Simulation(net, dt_ms=0.1).record_spikes(cells).record_membrane(cells).run_ms(60)
    y = run.membrane["resonators"]
    after_ms = y.times_ms - 10
    ringing = (after_ms > 0) & (after_ms < own_ms / 2 - 0.1)
    closed = np.exp(-0.02 * after_ms) * np.sin(0.3 * after_ms)
    error = float(np.abs(y.values[ringing, 0] - closed[ringing]).max())
    fired = sorted({int(n) for n in run.spikes["resonators"].neurons})
    print(f"Resonator: rings as its closed form within {error:.1e}; after pulses "
          f"{gaps_ms[0]:.1f} ms apart it is silent, {gaps_ms[1]:.1f} ms apart it fires: "
          f"{fired == [1]}")
    return error < 1e-4 and fired == [1]


if __name__ == "__main__":
    right = [qif_periods_agree(), resonator_agrees()]
    print("They agree." if all(right) else "THEY DIFFER.")
    sys.exit(0 if all(right) else 1)
