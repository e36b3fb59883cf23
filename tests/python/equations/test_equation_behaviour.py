# SPDX-License-Identifier: Apache-2.0
"""What else a model by equations is and does: values, ports, currents, resets, threads."""

import copy
import inspect
import pickle

import numpy as np
import pytest
from equation_models import driven, lif

import snn

LEAKY = {
    "state": {"u": "u0", "w": 1.0},
    "parameters": {"u0": 3.0, "k": 0.5, "th": 100.0},
    "update": {"u": "k * u + input", "w": "w"},
    "threshold": "u - th",
    "reset": {"u": 0, "w": "w + 1"},
}


def noisy(kind, **options):
    net = snn.Network()
    noise = net.add(snn.PoissonSource(500.0), 100, name="noise")
    cells = net.add(kind, 200, name="E")
    net.connect(noise, cells, snn.FixedProbability(0.2), weight=1.0, delay_ms=1.0)
    net.connect(cells, cells, snn.FixedProbability(0.1), weight=0.2, delay_ms=1.0)
    return snn.Simulation(net, dt_ms=0.1, seed=2, **options).record_spikes("E")


def test_initial_values_hold_at_the_start_and_after_reset():
    model = snn.NeuronModel("Leaky", **LEAKY)
    inputs = np.zeros((3, 2))
    run = driven(model(u0=[4.0, 8.0]), inputs, 1.0, ("u", "w"))
    expected = np.array([[2, 4], [1, 2], [0.5, 1]])  # halves: exact
    np.testing.assert_array_equal(run.state("u")["E"].values, expected)
    np.testing.assert_array_equal(run.state("w")["E"].values, np.ones((3, 2)))
    run.reset()
    run.run_ticks(3)
    np.testing.assert_array_equal(run.state("u")["E"].values[-3:], expected)


def test_v_means_the_first_variable_and_v_init_sets_it():
    net = snn.Network()
    net.add(snn.NeuronModel("Leaky", **LEAKY)(), 2, name="E", v_init_mv=[16.0, 32.0])
    run = snn.Simulation(net, dt_ms=1.0).record_membrane("E").run_ticks(2)
    np.testing.assert_array_equal(run.membrane["E"].values, [[8, 16], [4, 8]])


def test_a_run_after_reset_gives_the_same_spikes():
    run = noisy(lif()()).run_ms(200)
    first = run.spikes["E"]
    assert len(first) > 500
    run.reset()
    second = run.run_ms(200).spikes["E"]
    np.testing.assert_array_equal(first.times_ms, second.times_ms)
    np.testing.assert_array_equal(first.neurons, second.neurons)


def test_threads_and_pieces_change_nothing():
    one, two = noisy(lif()()).run_ms(200), noisy(lif()(), threads=2).run_ms(70).run_ms(130)
    assert len(one.spikes["E"]) > 500
    np.testing.assert_array_equal(one.spikes["E"].times_ms, two.spikes["E"].times_ms)
    np.testing.assert_array_equal(one.spikes["E"].neurons, two.spikes["E"].neurons)


def test_parameters_that_differ_act_on_their_own_neuron():
    drive, decay = np.array([16.0, 20.0, 30.0, 14.0]), np.exp(-0.1 / 20)
    net = snn.Network()
    net.add(lif()(i_offset_mv=drive, t_ref_ms=0.0), 4, name="E")
    run = snn.Simulation(net, dt_ms=0.1).record_spikes("E").run_ms(500)
    for n in range(3):  # u_k = drive (1 - decay^k) reaches 15 in tick k
        period = np.ceil(np.log(1 - 15 / drive[n]) / np.log(decay)) * 0.1
        np.testing.assert_allclose(np.diff(run.spikes["E"].of(n)), period)
    assert len(run.spikes["E"].of(3)) == 0


def test_a_refractory_time_adds_to_the_period():
    net = snn.Network()
    net.add(lif()(i_offset_mv=20.0, t_ref_ms=[0.0, 3.0]), 2, name="E")
    run = snn.Simulation(net, dt_ms=0.1).record_spikes("E").run_ms(500)
    without, held = (np.diff(run.spikes["E"].of(n)) for n in range(2))
    np.testing.assert_allclose(held, without[0] + 3.0)


def test_without_reset_it_spikes_while_it_is_above():
    parts = {**LEAKY, "reset": None, "state": {"u": 8.0}, "update": {"u": "u / 2 + input"},
             "parameters": {}, "threshold": "u - 1"}
    run = driven(snn.NeuronModel("Above", **parts)(), np.zeros((6, 1)), 1.0)
    np.testing.assert_array_equal(run.spikes["E"].times_ms, [0, 1, 2])  # 4, 2, 1


def test_ports_are_summed_apart():
    model = snn.NeuronModel(
        "Ports", state={"u": 0.0, "e": 0, "i": 0}, inputs=("exc", "mod", "inh"),
        update={"u": "exc * (1 + mod) - inh", "e": "e + exc", "i": "i + inh"},
        threshold="u - 100")
    net = snn.Network()
    cells = net.add(model(), 2, name="E")
    for receptor, weight in enumerate((2.0, 3.0, 0.5)):
        source = net.add(snn.SpikeSource(times_ms=[[0.0, 1.0]]), 1)
        net.connect(source, cells, snn.AllToAll(), weight=weight, receptor=receptor)
    run = snn.Simulation(net, dt_ms=1.0)
    for variable in ("v", "e", "i"):
        run.record_state("E", variable)
    run.run_ticks(3)
    np.testing.assert_array_equal(run.state("v")["E"].values[:, 1], [7.5, 7.5, 0])
    np.testing.assert_array_equal(run.state("e")["E"].values[:, 0], [2, 4, 4])
    np.testing.assert_array_equal(run.state("i")["E"].values[:, 0], [0.5, 1, 1])


def test_a_current_adds_to_its_parameter():
    model = snn.NeuronModel("Driven", state={"u": 0.0}, parameters={"i_mv": 1.0, "th": 50.0},
                            update={"u": "i_mv + 0 * input"}, threshold="u - th", current="i_mv")
    net = snn.Network()
    net.add(model(), 2, name="E").drive(snn.StepCurrent(times_ms=[1.0], amplitudes=[2.5]))
    run = snn.Simulation(net, dt_ms=1.0).record_membrane("E").run_ticks(3)
    np.testing.assert_array_equal(run.membrane["E"].values[:, 0], [1, 3.5, 3.5])


@pytest.mark.parametrize("formula, expected", [
    ("-2 ** 2", -4), ("2 ** -1", 0.5), ("u ** 3 - u ** 0", 26), ("u ** 5 / 3", 81),
    ("1 / u ** -2", 9), ("7 - 2 - 1", 4), ("16 / 4 / 2", 2), ("+u - -u", 6),
    ("2 * (u + 1) * 2", 16),
    ("where(u > 3, 1, 2)", 2), ("where(u >= 3, 1, 2)", 1), ("where(2 < u <= 3, 1, 2)", 1),
    ("where(2 < u < 3, 1, 2)", 2), ("where(u == 3 and not u < 1, 1, 2)", 1),
    ("where(u != 3 or u < 1, 1, 2)", 2), ("where(not (u == 3 and u > 5), 1, 2)", 1),
    ("min(5, u, 4)", 3), ("max(1, 2, u)", 3), ("abs(-u) + abs(u)", 6), ("exp(0 * u)", 1),
    ("where(u > 0, where(u > 5, 1, 2), 3)", 2), ("u  # a remark", 3), ("u\n + 1", 4), ("1e3", 1000),
    ("0.1 * 10", 1), (2, 2), (np.float32(0.5), 0.5), ("dt_ms", 0.5), ("d / 4", 0.75),
])
def test_a_formula_means_what_it_means_in_python(formula, expected):
    model = snn.NeuronModel(
        "Formula", state={"u": 3.0}, derived={"d": "sqrt(9.0)"}, update={"u": formula},
        threshold="u - 1e9")
    run = driven(model(), np.zeros((1, 1)), 0.5)
    assert run.state("v")["E"].values[0, 0] == np.float32(expected)


@pytest.mark.parametrize("formula, expected", [
    ("2 ** 0.5", 2 ** 0.5), ("expm1(1e-3)", np.expm1(1e-3)), ("log(p)", np.log(3)),
    ("log1p(p)", np.log(4)), ("sin(p)", np.sin(3)), ("cos(p)", np.cos(3)), ("tan(p)", np.tan(3)),
    ("tanh(p)", np.tanh(3)), ("floor(-2.5)", -3), ("ceil(-2.5)", -2), ("round(2.4)", 2),
    ("where(p > 2, exp(p), 1)", np.exp(3)), ("p ** 2", 9), ("min(p, dt_ms) + abs(-p)", 3.5),
])
def test_functions_outside_of_steps(formula, expected):
    model = snn.NeuronModel("Outside", state={"u": 0.0}, parameters={"p": 3.0},
                            derived={"d": formula}, update={"u": "d"}, threshold="u - 1e9")
    run = driven(model(), np.zeros((1, 1)), 0.5)
    assert run.state("v")["E"].values[0, 0] == np.float32(expected)


def test_exp_in_steps_is_within_its_error():
    model = snn.NeuronModel("Exp", state={"u": 0.0}, parameters={"x": 0.0},
                            update={"u": "exp(x)"}, threshold="u - 1e38")
    x = np.linspace(-20, 20, 101)
    run = driven(model(x=x), np.zeros((1, 101)), 1.0)
    np.testing.assert_allclose(run.state("v")["E"].values[0], np.exp(np.float32(x)), rtol=3e-7)


def test_words_of_cpp_and_of_the_generated_code_are_names_as_any_other():
    model = snn.NeuronModel(
        "Model", state={"u": 1.0, "s": 2.0, "c": 3.0, "Real": 4.0, "next_u": 0, "spike": 0},
        parameters={"double": 5.0, "name": 7.0, "NAN": 1.0, "origin": 0.0, "int": 1.0},
        derived={"new": "double + int", "model": "name"},
        update={"u": "u + s + c + Real + new + model + NAN + origin", "s": "c", "c": "s",
                "Real": "Real", "next_u": "u", "spike": "spike"}, threshold="u - 1000")
    run = driven(model(), np.zeros((2, 1)), 1.0, ("v", "s", "next_u"))
    assert run.state("v")["E"].values[0, 0] == 1 + 2 + 3 + 4 + 6 + 7 + 1
    # All formulas see the values before the tick: s and c change places.
    np.testing.assert_array_equal(run.state("s")["E"].values[:, 0], [3, 2])
    np.testing.assert_array_equal(run.state("next_u")["E"].values[:, 0], [1, 24])


def test_two_models_of_one_name_do_not_mix():
    parts = {"state": {"u": 0.0}, "threshold": "u - 1e9"}
    net = snn.Network()
    for name, formula in (("a", "u + 1"), ("b", "u + 2"), ("c", "u + 1")):
        net.add(snn.NeuronModel("Same", update={"u": formula}, **parts)(), 1, name=name)
    run = snn.Simulation(net, dt_ms=1.0)
    for name in "abc":
        run.record_membrane(name)
    run.run_ticks(2)
    assert [run.membrane[name].values[1, 0] for name in "abc"] == [2, 4, 2]


def test_models_are_values():
    model, same = lif(), lif()
    assert model == same and hash(model) == hash(same) and model.source == same.source
    assert model != lif(threshold="v - 2 * v_th_mv") and model != lif("Other")
    assert model() == same() and model(tau_m_ms=10.0) != model()
    assert model(tau_m_ms=[1.0, 2.0]) == same(tau_m_ms=np.array([1, 2]))
    for copied in (pickle.loads(pickle.dumps(model)), copy.deepcopy(model)):
        assert copied == model and copied.source == model.source
    neurons = pickle.loads(pickle.dumps(model(tau_m_ms=[10.0, 20.0])))
    assert neurons == model(tau_m_ms=[10.0, 20.0])
    run = driven(neurons, np.zeros((2, 2)), 0.1)
    assert len(run.spikes["E"]) == 0


def test_models_describe_themselves():
    model = lif()
    assert repr(model).startswith("<NeuronModel EquationLif(tau_m_ms=20.0, v_th_mv=15.0")
    assert repr(model(tau_m_ms=[1.0, 2.0], v_th_mv=7)) == (
        "EquationLif(tau_m_ms=<2 values>, v_th_mv=7.0, t_ref_ms=2.0, i_offset_mv=0.0)")
    assert list(inspect.signature(model).parameters) == list(model.parameters)
    for name in model.parameters:
        assert f"{name} : float or array" in model.__doc__
    assert "where(held > 0, v, decay * v + input + drive)" in model.__doc__
    assert model.variables == ("v", "held")
    assert "static_assert(snn::NeuronModel<" in model.source


def test_a_network_with_them_can_be_shown_and_copied():
    net = snn.Network()
    cells = net.add(lif()(), 10, name="E")
    assert "E (10 EquationLif)" in repr(net) and "EquationLif" in net._repr_html_()
    assert cells.kind == "EquationLif"
    run = snn.Simulation(copy.deepcopy(net), dt_ms=0.1).run_ms(1)
    assert run.time_ms == 1
    with pytest.raises(snn.ConfigError, match="not written to files"):
        pickle.dumps(net)


def test_states_are_written_to_files_with_their_units(tmp_path):
    model = snn.NeuronModel("Units", state={"v": 0.0, "w_pa": 0.0, "x": 0}, threshold="v - 1",
                            update={"v": "v + input", "w_pa": "w_pa + 1", "x": "x"})
    net = snn.Network()
    net.add(model(), 2, name="E")
    units = {"v": {b"mV"}, "w_pa": {b"pA"}, "x": set()}
    for variable, found in units.items():
        run = snn.Simulation(net, dt_ms=1.0)
        run.record_states_to(tmp_path / variable, net["E"], variable=variable)
        run.run_ticks(3)
        run.close_files()
        content = (tmp_path / variable).read_bytes()
        assert {unit for unit in (b"mV", b"pA") if unit in content} == found
