# SPDX-License-Identifier: Apache-2.0
"""Every mistake is refused when the model is described, with what is allowed."""

import re

import numpy as np
import pytest

import snn

GOOD = {
    "state": {"v": 0.0, "w": "w_start"},
    "parameters": {"tau_m_ms": 10.0, "v_th_mv": 15.0, "w_start": 1.0},
    "derived": {"alpha": "dt_ms / tau_m_ms"},
    "update": {"v": "v + alpha * (w - v) + input", "w": "0.5 * w"},
    "threshold": "v - v_th_mv",
    "reset": {"v": 0.0},
}


def model(**changed):
    return snn.NeuronModel("Mine", **{**GOOD, **changed})


def merged(group, **changed):
    return {group: {**GOOD[group], **changed}}


DESCRIPTIONS = {
    "unknown name": (merged("update", v="v + alhpa * input"),
                     ["Mine", 'update["v"]', "alhpa", "did you mean alpha?", "state v, w"]),
    "unknown in derived": (merged("derived", beta="gamma"), ['derived["beta"]', "gamma"]),
    "derived of state": (merged("derived", beta="v"), ['derived["beta"]', "not v"]),
    "derived of later": (merged("derived", b="d", d="1"), ['derived["b"]', "not d"]),
    "initial of dt": (merged("state", w="dt_ms"), ['state["w"]', "not dt_ms"]),
    "input in the threshold": ({"threshold": "v - input"}, ["threshold", "not input"]),
    "input in the reset": (merged("reset", v="input"), ['reset["v"]', "not input"]),
    "unknown in threshold": ({"threshold": "v - v_thr_mv"}, ["threshold", "v_th_mv"]),
    "empty threshold": ({"threshold": ""}, ["threshold", "a formula"]),
    "update of no variable": (merged("update", x="1"), ["update", "x", "state variables: v, w"]),
    "reset of no variable": (merged("reset", x="1"), ["reset", "x", "state variables: v, w"]),
    "variable without formula": ({"update": {"v": "v + w + input"}}, ["update", "for w too"]),
    "no state": ({"state": {}}, ["state", "at least one"]),
    "v is not the membrane": ({"state": {"u": 0, "v": 0}}, ["state", "v as the first"]),
    "one name twice": (merged("parameters", alpha=1.0), ["derived", "alpha", "parameters has it"]),
    "reserved dt_ms": (merged("parameters", dt_ms=1.0), ["parameters", "dt_ms"]),
    "reserved input": (merged("parameters", input=1.0), ["parameters", "input"]),
    "reserved where": (merged("state", where=1.0), ["state", "where"]),
    "word of Python": (merged("parameters", **{"lambda": 1.0}), ["parameters", "lambda"]),
    "no identifier": (merged("parameters", **{"tau m": 1.0}), ["parameters", "tau m"]),
    "ending": (merged("parameters", tau_=1.0), ["parameters", "tau_"]),
    "letters": (merged("parameters", **{"\u03c4": 1.0}), ["parameters", "\u03c4"]),
    "nan default": (merged("parameters", v_th_mv=float("nan")), ["v_th_mv", "nan mV", "finite"]),
    "infinite default": (merged("parameters", v_th_mv=float("inf")), ["v_th_mv", "inf mV"]),
    "nan initial": (merged("state", w=float("nan")), ['state["w"]', "nan"]),
    "syntax": (merged("update", v="v +"), ['update["v"]', "a formula"]),
    "statement": (merged("update", v="v = 1"), ['update["v"]', "a formula"]),
    "function": (merged("update", v="tanh(v)"), ["tanh(v)", "exp", "in derived"]),
    "attribute": (merged("update", v="v.real"), ["v.real", "+ - * /"]),
    "call of attribute": (merged("update", v="__import__('os').abort()"), ["abort"]),
    "subscript": (merged("update", v="v[0]"), ["v[0]"]),
    "text": (merged("update", v="'a'"), ["'a'"]),
    "boolean": (merged("update", v="True"), ["True"]),
    "complex": (merged("update", v="1j"), ["1j"]),
    "tuple": (merged("update", v="v, w"), ["(v, w)"]),
    "remainder": (merged("update", v="v % 2"), ["v % 2"]),
    "whole division": (merged("update", v="v // 2"), ["v // 2"]),
    "lambda": (merged("update", v="lambda: 1"), ["lambda"]),
    "assignment": (merged("update", v="(w := 1)"), ["w := 1"]),
    "comparison as number": (merged("update", v="v + (w > 1)"), ["w > 1", "first argument"]),
    "number as condition": (merged("update", v="where(v, 1, 2)"), ["comparisons", "(found v)"]),
    "identity": (merged("update", v="where(v is w, 1, 2)"), ["v is w"]),
    "conditional": (merged("update", v="1 if v > 0 else 2"), ["if", "where(condition"]),
    "too few arguments": (merged("update", v="where(v > 0, 1)"), ["where() with 3 arguments"]),
    "too many arguments": (merged("update", v="exp(v, w)"), ["exp() with 1 argument"]),
    "one argument of min": (merged("update", v="min(v)"), ["min() with two or more"]),
    "keyword argument": (merged("update", v="exp(x=v)"), ["exp() with 1"]),
    "starred argument": (merged("update", v="min(*v)"), ["min() with two"]),
    "power of a variable": (merged("update", v="v ** w"), ["whole numbers as powers"]),
    "broken power": (merged("update", v="v ** 0.5"), ["whole numbers as powers"]),
    "large power": (merged("update", v="v ** 65"), ["64"]),
    "large number": (merged("update", v="v + 1e39"), ["3.40282e+38"]),
    "infinite number": (merged("update", v="v + 1e999"), ["numbers of at most"]),
    "deep": (merged("update", v="(" * 5000 + "v" + ")" * 5000), ['update["v"]']),
    "long sum": (merged("update", v="+".join(["v"] * 20000)), ['update["v"]']),
    "no port": ({"inputs": ()}, ["inputs", "1 to 8"]),
    "nine ports": ({"inputs": tuple("abcdefghi")}, ["inputs", "1 to 8"]),
    "port as parameter": ({"inputs": ("exc", "v_th_mv")}, ["inputs", "parameters has it"]),
    "input beside ports": ({"inputs": ("exc", "inh")}, ["not input", "exc, inh"]),
    "current of no parameter": ({"current": "v"}, ["current", "v_th_mv"]),
    "current in derived": ({"current": "tau_m_ms"}, ["current", "v_th_mv"]),
}


@pytest.mark.parametrize("mistake", DESCRIPTIONS)
def test_a_mistake_in_the_description(mistake):
    changed, words = DESCRIPTIONS[mistake]
    with pytest.raises(snn.ConfigError) as error:
        model(**changed)
    for word in words:
        assert word in str(error.value)
    assert error.value.object == "Mine"
    assert error.value.allowed and "; allowed: " in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["", "two words", "1st", 'a"b', "a\nb", "\u00e9"])
def test_a_name_that_is_none(name):
    with pytest.raises(snn.ConfigError, match="NeuronModel: name"):
        snn.NeuronModel(name, **GOOD)


@pytest.mark.parametrize("changed, words", [
    ({"state": ["v"]}, "Mine: state"), ({"update": None}, "Mine: update"),
    ({"threshold": None}, "Mine: threshold"), (merged("update", v=None), r'update\["v"\]'),
    (merged("update", v=True), r'update\["v"\]'), ({"state": {1: 0.0}}, "Mine: state"),
    (merged("parameters", v_th_mv="15"), "v_th_mv"), ({"inputs": "exc"}, "inputs"),
    ({"inputs": 2}, "inputs"),
])
def test_a_wrong_type(changed, words):
    with pytest.raises(TypeError, match=words):
        model(**changed)


def test_a_missing_part_is_named_by_python():
    with pytest.raises(TypeError, match="threshold"):
        snn.NeuronModel("Mine", state={"v": 0}, update={"v": "v"})


@pytest.mark.parametrize("value, shown", [(float("nan"), "v_th_mv = nan mV"),
                                          (np.array([1.0, np.inf]), r"v_th_mv\[1\] = inf mV")])
def test_a_value_that_is_not_finite(value, shown):
    with pytest.raises(snn.ConfigError, match=f"Mine: {shown}; allowed: finite"):
        model()(v_th_mv=value)


@pytest.mark.parametrize("values, words", [
    ({"tau_ms": 1.0}, "tau_ms = 1.0; allowed: the parameters tau_m_ms, v_th_mv, w_start"),
    ({"v_th_mv": "15"}, "v_th_mv"), ({"v_th_mv": True}, "v_th_mv"), ({"v_th_mv": []}, "v_th_mv"),
    ({"v_th_mv": None}, "v_th_mv"), ({"v_th_mv": [[1.0]]}, "v_th_mv"),
    ({"v_th_mv": [[1.0], [1.0, 2.0]]}, "v_th_mv"),
    ({"v_th_mv": [1.0, 2.0], "tau_m_ms": [1.0, 2.0, 3.0]}, "v_th_mv.*3 values, as tau_m_ms has"),
])
def test_a_value_of_the_wrong_type(values, words):
    with pytest.raises(TypeError, match=words):
        model()(**values)


def test_the_model_itself_is_no_neurons():
    with pytest.raises(TypeError, match="neurons of a NeuronModel"):
        snn.Network().add(model(), 10)


def test_entries_and_size_must_agree():
    net = snn.Network()
    net.add(model()(v_th_mv=[1.0, 2.0]), 3, name="E")
    with pytest.raises(snn.ConfigError, match="2 entries; allowed: 1 or 3"):
        snn.Simulation(net)


@pytest.mark.parametrize("values, words", [
    ({"tau_m_ms": 0.0}, "Mine: alpha = inf"),
    ({"tau_m_ms": [1.0, 0.0]}, "Mine: alpha of neuron 1 = inf; allowed: finite"),
    ({"v_th_mv": 1e39}, "Mine: v_th_mv = inf"),
    ({"w_start": -1e39}, r'Mine: state\["w"\] = -inf'),
])
def test_what_follows_from_parameters_must_be_finite(values, words):
    net = snn.Network()
    net.add(model()(**values), 2, name="E")
    with pytest.raises(snn.ConfigError, match=words):
        snn.Simulation(net)


def test_an_initial_value_must_be_finite():
    with pytest.raises(snn.ConfigError, match=r'Mine: state\["w"\] = nan|inf'):
        snn.Network().add(model(**merged("state", w="1 / (w_start - 1)"))(), 1)


def test_what_only_built_in_models_do_is_refused():
    net = snn.Network()
    cells = net.add(model()(), 2, name="E")
    run = snn.Simulation(net)
    with pytest.raises(snn.ConfigError, match="state variable"):
        run.record_state(cells, "x")
    with pytest.raises(snn.ConfigError, match="Mine"):
        run.set_parameters(cells, snn.Lif())
    cells.drive(snn.StepCurrent(times_ms=[0.0], amplitudes=[1.0]))
    with pytest.raises(snn.ConfigError, match=re.escape("Mine takes no current")):
        snn.Simulation(net)
