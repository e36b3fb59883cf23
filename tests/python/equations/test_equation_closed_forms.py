# SPDX-License-Identifier: Apache-2.0
"""Neurons by equations beside built-in ones, closed forms and an interpreter of their equations."""

import math

import numpy as np
import pytest
from equation_models import driven, interpret, lif

import snn

QIF = {
    "state": {"v": "v_reset_mv"},
    "parameters": {"tau_m_ms": 10.0, "v_c_mv": 10.0, "v_peak_mv": 500.0, "v_reset_mv": -500.0,
                   "i_mv": 12.5},
    "derived": {"alpha": "dt_ms / tau_m_ms"},
    "update": {"v": "v + alpha * (v * (v - v_c_mv) / v_c_mv + i_mv) + input"},
    "threshold": "v - v_peak_mv",
    "reset": {"v": "v_reset_mv"},
}

# Izhikevich, Neural Networks 14 (2001) 883: z' = (b + i w) z, solved exactly over a tick.
RESONATOR = {
    "state": {"y": 0.0, "x": "x_start"},
    "parameters": {"damping_per_ms": 0.02, "rad_per_ms": 0.3, "x_start": 2.0, "y_th": 1.3},
    "derived": {"shrink": "exp(-damping_per_ms * dt_ms)",
                "turn_cos": "shrink * cos(rad_per_ms * dt_ms)",
                "turn_sin": "shrink * sin(rad_per_ms * dt_ms)"},
    "update": {"x": "turn_cos * x - turn_sin * y + input", "y": "turn_sin * x + turn_cos * y"},
    "threshold": "y - y_th",
    "reset": {"x": 0, "y": 1},
}


def network(kind, seed_rate_hz=800.0):
    net = snn.Network()
    noise = net.add(snn.PoissonSource(seed_rate_hz), 200, name="noise")
    cells = net.add(kind, 300, name="E")
    net.connect(noise, cells, snn.FixedProbability(0.1), weight=1.1, delay_ms=1.5)
    net.connect(cells, cells, snn.FixedProbability(0.05), weight=0.3, delay_ms=1.0)
    return net


@pytest.mark.parametrize("arithmetic", ["fixed_point", "float64"])
def test_lif_gives_the_spikes_of_the_built_in_lif_bit_for_bit(arithmetic):
    built_in = snn.Lif(tau_m_ms=20, v_rest_mv=0, v_reset_mv=0, v_th_mv=15, t_ref_ms=2)
    runs = [snn.Simulation(network(kind), dt_ms=0.1, seed=3, arithmetic=arithmetic)
            .record_spikes("E").record_membrane("E").run_ms(300) for kind in (built_in, lif()())]
    a, b = (run.spikes["E"] for run in runs)
    assert len(a) > 1000
    np.testing.assert_array_equal(a.times_ms, b.times_ms)
    np.testing.assert_array_equal(a.neurons, b.neurons)
    np.testing.assert_array_equal(runs[0].membrane["E"].values, runs[1].membrane["E"].values)


def test_lif_in_absolute_potentials_differs_by_rounding_only():
    """A state counts from its initial value and is computed in the user's terms.

    Every tick rounds to the spacing of floats at 65 mV, 7.6e-6 mV, twice; a decay of 0.995 per
    tick sums up to 200 such errors.
    """
    absolute = lif(
        "AbsoluteLif", state={"v": "v_rest_mv", "held": 0},
        parameters={"tau_m_ms": 20.0, "v_rest_mv": -65.0, "v_th_mv": 1e9, "t_ref_ms": 0.0,
                    "i_offset_mv": 0.0},
        update={"v": "v_rest_mv + decay * (v - v_rest_mv) + input + drive",
                "held": "where(held > 0, held - 1, 0)"},
        reset={"v": "v_rest_mv", "held": "hold"})
    built_in = snn.Lif(tau_m_ms=20, v_rest_mv=-65, v_th_mv=1e9)
    runs = [snn.Simulation(network(kind), dt_ms=0.1, seed=3).record_membrane("E").run_ms(100)
            for kind in (built_in, absolute())]
    a, b = (run.membrane["E"].values for run in runs)
    assert np.ptp(a) > 20
    np.testing.assert_allclose(a, b, rtol=0, atol=2 * 200 * 7.7e-6)


def test_qif_fires_with_the_period_of_its_closed_form():
    """dv/dt = ((v - c/2)^2 / c + I - c/4) / tau: from reset to peak takes an arctangent."""
    p = QIF["parameters"]
    root = math.sqrt(p["v_c_mv"] * (p["i_mv"] - p["v_c_mv"] / 4))
    def angle(v):
        return math.atan((v - p["v_c_mv"] / 2) / root)
    period_ms = p["tau_m_ms"] * p["v_c_mv"] / root * (angle(p["v_peak_mv"])
                                                      - angle(p["v_reset_mv"]))
    net = snn.Network()
    net.add(snn.NeuronModel("Qif", **QIF)(), 3, name="E")
    run = snn.Simulation(net, dt_ms=0.001).record_spikes("E").run_ms(400)
    intervals = np.diff(run.spikes["E"].of(1))
    assert len(intervals) >= 10
    # Forward Euler lags most where v rises like a pole, over the last few ms: of order dt.
    np.testing.assert_allclose(intervals, period_ms, rtol=2e-3)


def test_resonate_and_fire_rings_as_its_closed_form():
    p = RESONATOR["parameters"]
    ticks, dt_ms = 2000, 0.1
    model = snn.NeuronModel("Resonator", **{**RESONATOR, "parameters": {**p, "y_th": 100.0}})
    run = driven(model(), np.zeros((ticks, 2)), dt_ms, ("y", "x"))
    t_ms = dt_ms * np.arange(1, ticks + 1)
    z = p["x_start"] * np.exp((-p["damping_per_ms"] + 1j * p["rad_per_ms"]) * t_ms)
    # Float: a relative 1.2e-7 per operation, over the 500 ticks in which damping forgets.
    np.testing.assert_allclose(run.state("x")["E"].values[:, 0], z.real, atol=2 * 4 * 500 * 1.2e-7)
    np.testing.assert_allclose(run.state("y")["E"].values[:, 1], z.imag, atol=2 * 4 * 500 * 1.2e-7)


def test_resonator_prefers_pairs_of_pulses_at_its_own_period():
    model = snn.NeuronModel("Resonator", **RESONATOR)
    dt_ms, period = 0.1, round(2 * math.pi / 0.3 / 0.1)
    inputs = np.zeros((600, 3))
    inputs[0, :] = 1.0
    for neuron, gap in enumerate((period // 2, period)):
        inputs[gap, neuron] = 1.0
    run = driven(model(x_start=0.0), inputs, dt_ms)
    # Alone a pulse of 1 rings up to exp(-b T / 4) = 0.90 after a quarter of a period T; with one a
    # period before it, up to (exp(-b T) + 1) times as much, 1.49; half a period before, to less.
    assert set(run.spikes["E"].neurons) == {1}


INTERPRETED = {
    "qif": (QIF, {"i_mv": np.linspace(5, 20, 6)}),
    "resonator": (RESONATOR, {"x_start": np.linspace(-2, 3, 6)}),
    "adaptive": ({
        "state": {"u": 0, "w": 0.0, "th": 0},
        "parameters": {"th0": 2.0, "a": 0.25, "tau_ms": 12.0},
        "derived": {"k": "1 - dt_ms / tau_ms", "half": "k ** 2 / sqrt(4)"},
        "update": {"u": "where(w > 8, u, k * u + input - half * w / 4 - (u / 8) ** 2 * u)",
                   "w": "w + a * (abs(u) - w) * dt_ms", "th": "th - th * (dt_ms / 8)"},
        "threshold": "u - max(th0 + th, 1)",
        "reset": {"u": "u - th", "th": "min(th + 1.5, 6)", "w": "w + 2 ** -2"},
    }, {"a": np.linspace(0.1, 0.6, 6)}),
}


@pytest.mark.parametrize("which", INTERPRETED)
def test_equals_numpy(which):
    """Without exp() in steps every operation is IEEE's: numpy gives the same bits.

    Variables that start elsewhere than at 0 are kept relative to their start, which rounds once
    more per tick: those of the first two models differ by that.
    """
    parts, values = INTERPRETED[which]
    inputs = np.random.default_rng(5).integers(-2, 5, (400, 6)) / 4
    expected, fired = interpret(parts, inputs, 0.5, **values)
    model = snn.NeuronModel("Interpreted", **parts)
    variables = tuple(parts["state"])
    run = driven(model(**values), inputs, 0.5, variables)
    for variable in variables:
        got = run.state(variable)["E"].values
        if which == "adaptive":
            np.testing.assert_array_equal(got, expected[variable])
        else:
            np.testing.assert_allclose(got, expected[variable], rtol=2e-5, atol=2e-4)
    spikes = run.spikes["E"]
    got = np.zeros_like(fired)
    got[np.rint(spikes.times_ms / 0.5).astype(int), spikes.neurons] = True
    np.testing.assert_array_equal(got, fired)


def test_double_precision_equals_numpy_in_double():
    parts, values = INTERPRETED["adaptive"]
    inputs = np.random.default_rng(6).integers(-2, 5, (300, 6)) / 4
    _, fired = interpret(parts, inputs, 0.5, np.float64, **values)
    run = driven(snn.NeuronModel("Interpreted", **parts)(**values), inputs, 0.5, (),
                 arithmetic="float64")
    got = np.zeros_like(fired)
    spikes = run.spikes["E"]
    got[np.rint(spikes.times_ms / 0.5).astype(int), spikes.neurons] = True
    np.testing.assert_array_equal(got, fired)
    assert fired.any()
