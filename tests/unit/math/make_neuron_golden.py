# SPDX-License-Identifier: Apache-2.0
"""Writes neuron_golden.json beside this file: solutions of the differential equations of
LifCondExp, AdEx and HodgkinHuxley, from SciPy's adaptive solver at a tolerance of 1e-12, for the
unit tests of these models. Equations are written here from the papers named in the headers, in
mV, ms, pA, nS and pF. Needs numpy and scipy; the versions used are in the file.

    python3 tests/unit/math/make_neuron_golden.py
"""
import json
import pathlib
import sys

import numpy as np
import scipy
from scipy.integrate import solve_ivp

TOLERANCE = {"method": "DOP853", "rtol": 1e-12, "atol": 1e-12}
REVERSAL, TAU_SYN = (0.0, -80.0), (5.0, 10.0)
# time (ms), port, weight (nS); all on every grid used
EVENTS = [(0.4, 0, 3.0), (2.0, 0, 2.0), (2.8, 1, 8.0), (6.0, 0, 4.0), (6.0, 1, 3.0), (9.6, 0, 5.0)]


def synaptic_current(v, g):
    return sum(g[p] * (REVERSAL[p] - v) for p in (0, 1))


def lif_cond_exp(current):
    def slope(_, y):
        v, *g = y
        return [(-10.0 * (v + 60.0) + synaptic_current(v, g) + current) / 200.0,
                *(-g[p] / TAU_SYN[p] for p in (0, 1))]
    return slope, [-60.0, 0.0, 0.0]


def adex(current, c=281.0, g_l=30.0, e_l=-70.6, v_t=-50.4, delta=2.0, a=4.0, tau_w=144.0):
    def slope(_, y):
        v, w, *g = y
        exponential = g_l * delta * np.exp((v - v_t) / delta)
        return [(-g_l * (v - e_l) + exponential - w + synaptic_current(v, g) + current) / c,
                (a * (v - e_l) - w) / tau_w, *(-g[p] / TAU_SYN[p] for p in (0, 1))]
    return slope, [e_l, 0.0, 0.0, 0.0]


def ratio(y):
    """y / (e^y - 1)"""
    return 1.0 if y == 0 else y / np.expm1(y)


def hh_rates(v):
    x = v + 63.0  # relative to V_T
    return ((0.32 * 4 * ratio((13 - x) / 4), 0.28 * 5 * ratio((x - 40) / 5)),
            (0.128 * np.exp((17 - x) / 18), 4 / (1 + np.exp((40 - x) / 5))),
            (0.032 * 5 * ratio((15 - x) / 5), 0.5 * np.exp((10 - x) / 40)))


def hodgkin_huxley(current, e_l=-60.0):
    def slope(_, y):
        v, m, h, n, *g = y
        ions = (-10.0 * (v - e_l) - 20000.0 * m**3 * h * (v - 50.0) - 6000.0 * n**4 * (v + 90.0))
        gates = [alpha * (1 - x) - beta * x for (alpha, beta), x in zip(hh_rates(v), (m, h, n))]
        return [(ions + synaptic_current(v, g) + current) / 200.0, *gates,
                *(-g[p] / TAU_SYN[p] for p in (0, 1))]
    return slope, [e_l, *(alpha / (alpha + beta) for alpha, beta in hh_rates(e_l)), 0.0, 0.0]


def trajectory(model, events, times):
    """Membrane at `times`. An event raises a conductance, the membrane is continuous."""
    slope, y = model
    start, values = 0.0, []
    for stop in sorted({*times, *(time for time, _, _ in events)}):
        solved = solve_ivp(slope, (start, stop), y, **TOLERANCE)
        assert solved.success
        y, start = solved.y[:, -1].copy(), stop
        if stop in times:
            values.append(y[0])
        for time, port, weight in events:
            if time == stop:
                y[port - 2] += weight
    return values


def spikes(model, until, level, reset=None):
    """Times at which the membrane reaches `level` from below; `reset(y)` is the state after one."""
    slope, y = model
    def reached(_, state):
        return state[0] - level
    reached.direction, reached.terminal = 1, reset is not None
    start, times = 0.0, []
    while start < until:
        solved = solve_ivp(slope, (start, until), y, events=reached, max_step=1.0,
                           **{**TOLERANCE, "rtol": 1e-11, "atol": 1e-11})
        assert solved.success
        times += solved.t_events[0].tolist()
        if reset is None or solved.status == 0:
            break
        start, y = solved.t[-1], reset(solved.y[:, -1])
    return times


def after_adex_spike(v_reset, b):
    return lambda y: np.array([v_reset, y[1] + b, *y[2:]])


# Brette & Gerstner (2005) at 1 nA, then table 1 of Naud et al. (2008): C, g_L, E_L, a, tau_w, b,
# V_r, I with V_T -50 mV and delta_T 2 mV.
NAUD = {"tonic spiking": (200, 10, -70, 2, 30, 0, -58, 500),
        "adaptation": (200, 12, -70, 2, 300, 60, -58, 500),
        "initial burst": (130, 18, -58, 4, 150, 120, -50, 400),
        "regular bursting": (200, 10, -58, 2, 120, 100, -46, 210),
        "delayed accelerating": (200, 12, -70, -10, 300, 0, -58, 300),
        "delayed regular bursting": (100, 10, -65, -10, 90, 30, -47, 110),
        "transient spiking": (100, 10, -65, 10, 90, 100, -47, 180),
        "irregular spiking": (100, 12, -60, -11, 130, 30, -48, 160)}

# From -20 mV it is less than 1e-5 ms to any higher potential; the solver could not resolve it.
ADEX_TOP_MV = -20.0
samples = [round(0.8 * k + 0.8, 1) for k in range(19)]
adex_spikes = {"regular spiking": spikes(adex(1000.0), 400.0, ADEX_TOP_MV,
                                         after_adex_spike(-70.6, 80.5))}
for name, (c, g_l, e_l, a, tau_w, b, v_r, current) in NAUD.items():
    cell = adex(current, c, g_l, e_l, -50.0, 2.0, a, tau_w)
    adex_spikes[name] = spikes(cell, 400.0, ADEX_TOP_MV, after_adex_spike(v_r, b))
golden = {
    "source": f"SciPy {scipy.__version__}, NumPy {np.__version__}, "
              f"Python {sys.version.split()[0]}, {TOLERANCE}",
    "events": EVENTS,
    "times_ms": samples,
    "lif_cond_exp_100_pa": trajectory(lif_cond_exp(100.0), EVENTS, samples),
    "adex_300_pa": trajectory(adex(300.0), EVENTS, samples),
    "hodgkin_huxley_e_l_70": trajectory(hodgkin_huxley(0.0, -70.0), EVENTS, samples),
    "hodgkin_huxley_200_pa": trajectory(hodgkin_huxley(200.0), [], samples),
    "hodgkin_huxley_200_pa_spikes_ms": spikes(hodgkin_huxley(200.0), 100.0, -33.0),
    "adex_spikes_ms": adex_spikes,
}
target = pathlib.Path(__file__).with_name("neuron_golden.json")
target.write_text(json.dumps(golden, indent=1) + "\n")
