# SPDX-License-Identifier: Apache-2.0
"""Published firing patterns: parameters, and that the neurons do what they are named for."""

import pickle

import numpy as np
import pytest

import snn

# a, b, c, d of Izhikevich 2003, figure 2, and of the author's script of the 2004 paper's figure 1.
CLASSES = {"regular_spiking": (0.02, 0.2, -65, 8), "intrinsically_bursting": (0.02, 0.2, -55, 4),
           "chattering": (0.02, 0.2, -50, 2), "fast_spiking": (0.1, 0.2, -65, 2),
           "low_threshold_spiking": (0.02, 0.25, -65, 2),
           "thalamo_cortical": (0.02, 0.25, -65, 0.05), "resonator": (0.1, 0.26, -65, 2),
           "tonic_spiking": (0.02, 0.2, -65, 6), "phasic_bursting": (0.02, 0.25, -55, 0.05),
           "class_1": (0.02, -0.1, -55, 6), "accommodation": (0.02, 1, -55, 4),
           "inhibition_induced_bursting": (-0.026, -1, -45, -2)}


@pytest.mark.parametrize("name", CLASSES)
def test_parameters_of_izhikevich_are_the_published(name):
    model = getattr(snn.Izhikevich, name)()
    assert isinstance(model, snn.Izhikevich)
    assert (model.a_per_ms, model.b_per_ms, model.c_mv, model.d_mv_per_ms) == CLASSES[name]


def test_the_twenty_panels():
    patterns = snn.firing_patterns()
    assert "".join(p.panel for p in patterns) == "ABCDEFGHIJKLMNOPQRST"
    assert all(isinstance(p, snn.FiringPattern) and p.model.v_steps == 1 for p in patterns)
    ramp = patterns[6]  # class 1 excitable: from 30 ms on a ramp of 0.075 mV/ms per ms
    assert ramp.name == "class 1 excitable" and ramp.model.replace(v_steps=2) == \
        snn.Izhikevich.class_1()
    assert np.allclose(ramp.input([0, 30, 50, 130]), [0, 0, 1.5, 7.5], rtol=1e-12)
    assert [(p.from_ms, p.slope_per_ms) for p in ramp.pieces] == [(30, 0.075)]
    assert ramp.u_start() == pytest.approx(-0.1 * -60)
    assert pickle.loads(pickle.dumps(ramp)) == ramp != patterns[0]
    assert repr(ramp) == '<FiringPattern "class 1 excitable">'
    assert len({hash(p) for p in patterns}) == 20


def spikes_of(pattern):
    """Forward Euler as the script of the paper takes it, in NumPy's doubles."""
    m = pattern.model
    v, u, times = pattern.v_start_mv, pattern.u_start(), []
    for t in np.arange(0, pattern.duration_ms + pattern.dt_ms / 2, pattern.dt_ms):
        v += pattern.dt_ms * (m.square_per_mv_ms * v * v + m.linear_per_ms * v
                              + m.constant_mv_per_ms - u + float(pattern.input(t)))
        u += pattern.dt_ms * m.a_per_ms * (m.b_per_ms * (v - m.recovery_zero_mv)
                                           - m.recovery_leak * u)
        if v > m.v_peak_mv:
            times.append(t)
            v, u = m.c_mv, u + m.d_mv_per_ms
    return np.array(times)


def test_they_do_what_they_are_named_for():
    spikes = {p.name: spikes_of(p) for p in snn.firing_patterns()}
    assert len(spikes["phasic spiking"]) == 1
    assert np.ptp(np.diff(spikes["tonic spiking"])[-2:]) < 1  # regular, once it has settled
    intervals = np.diff(spikes["spike frequency adaptation"])
    assert intervals[-1] > 1.5 * intervals[0]
    assert len(spikes["rebound spike"]) == 1 and spikes["rebound spike"][0] > 25
    assert len(spikes["rebound burst"]) > 3


# Naud et al. 2008, table 1: C (pF), g_L (nS), E_L (mV), a (nS), tau_w (ms), b (pA), V_r (mV) and
# the current (pA).
ADEX = {"tonic_spiking": (200, 10, -70, 2, 30, 0, -58, 500),
        "adapting": (200, 12, -70, 2, 300, 60, -58, 500),
        "initial_bursting": (130, 18, -58, 4, 150, 120, -50, 400),
        "regular_bursting": (200, 10, -58, 2, 120, 100, -46, 210),
        "delayed_accelerating": (200, 12, -70, -10, 300, 0, -58, 300),
        "delayed_bursting": (100, 10, -65, -10, 90, 30, -47, 110),
        "transient_spiking": (100, 10, -65, 10, 90, 100, -47, 180),
        "irregular_spiking": (100, 12, -60, -11, 130, 30, -48, 160)}


def test_parameters_of_adex_are_the_published():
    patterns = snn.adex_patterns()
    assert len(patterns) == len(ADEX)
    for (name, numbers), pattern in zip(ADEX.items(), patterns):
        model = getattr(snn.AdEx, name)()
        assert pattern.model == model
        assert (model.c_m_pf, model.g_l_ns, model.e_l_mv, model.a_ns, model.tau_w_ms, model.b_pa,
                model.v_reset_mv, pattern.current_pa) == numbers
        assert pickle.loads(pickle.dumps(pattern)) == pattern


def test_adex_patterns_in_a_simulation():
    spikes = {}
    for pattern in snn.adex_patterns():
        net = snn.Network()
        cell = net.add(pattern.model.replace(i_offset_pa=pattern.current_pa), 1, name="cell")
        run = snn.Simulation(net, dt_ms=0.1).record_spikes(cell).run_ms(400)
        spikes[pattern.name] = run.spikes[cell].times_ms
    tonic, adapting = (np.diff(spikes[name]) for name in ("tonic spiking", "adaptation"))
    assert np.ptp(tonic[5:]) < 0.5 and adapting[-1] > 1.5 * adapting[0]
    assert 0 < len(spikes["transient spiking"]) < 5 and spikes["transient spiking"][-1] < 200
