# SPDX-License-Identifier: Apache-2.0
"""Modelled joules recomputed from the file of constants and counts by hand."""

from __future__ import annotations

import json
import pathlib
import pickle
from typing import Any

import pytest
from energy_fakes import counts

import snn

ROOT = pathlib.Path(__file__).parents[3]
TABLES = {t["name"]: t for t in
          json.loads((ROOT / "snn/energy/models/hardware.json").read_text())["hardware"]}
UNITS = {"fJ": 1e-15, "pJ": 1e-12, "nJ": 1e-9, "uJ": 1e-6}

CHIP: dict[str, Any] = {
    "name": "my-chip", "kind": "chip", "node_nm": 28, "definition": "core only",
    "constants": [
        {"name": "synaptic_operation", "value": 4200, "unit": "fJ", "source": "our measurement"},
        {"name": "spike", "value": 0.002, "unit": "nJ", "source": "our measurement"}]}


def price(table: str, constant: str) -> float:
    found = next(c for c in TABLES[table]["constants"] if c["name"] == constant)
    return float(found["value"]) * UNITS[found["unit"]]


@pytest.mark.parametrize("bits", ["fp32", "fp16", "int8"])
def test_compute_only_from_the_table(bits: str) -> None:
    raw = counts(700, macs=50, samples=2)  # per inference: 25 MACs; the layer is graded
    add, multiply = price("horowitz-45nm", f"add_{bits}"), price("horowitz-45nm",
                                                                f"multiply_{bits}")
    ours = snn.counts_in("neurobench", raw)
    expected = ours.macs_effective * (add + multiply) + ours.acs_effective * add
    got = snn.compute_only(raw, bits)
    assert got.joules_per_inference.joules == pytest.approx(expected, rel=1e-12)
    assert isinstance(got.joules_per_inference, snn.ModelledJoules)
    spikes = snn.compute_only(counts(700, samples=2), bits)
    assert spikes.joules_per_inference.joules == pytest.approx(350 * add, rel=1e-12)


def test_terms_are_counts_times_prices() -> None:
    for table in ["horowitz-45nm", "davidson-furber-22nm", "yan-22nm", "loihi"]:
        for model in snn.models_for(table):
            got = model(counts(700, samples=2))
            assert got.terms and got.hardware == table and got.model == model.name
            for term in got.terms:
                assert term.joules.joules == pytest.approx(
                    term.operations * term.picojoules * 1e-12, rel=1e-12)
            start = snn.ModelledJoules(0)
            total = sum((t.joules for t in got.terms), start)
            assert total.joules == pytest.approx(got.joules_per_inference.joules, rel=1e-12)
            layers = got.by_layer()
            assert sum(layers.values(), start).joules == pytest.approx(total.joules, rel=1e-12)
            name = got.terms[0].name
            assert got.sum_of(name).joules == pytest.approx(
                sum(t.joules.joules for t in got.terms if t.name == name), rel=1e-12)
            assert all(c.source for c in got.constants)
            assert pickle.loads(pickle.dumps(got)) == got
            assert "modelled" in repr(got) and "J modelled" in got._repr_html_()


def test_a_chip_by_name_and_synapse_costs() -> None:
    raw = counts(700, samples=2, spikes=40)
    loihi = snn.models_for("loihi")[0](raw)
    operation = [t for t in loihi.terms if t.picojoules == pytest.approx(
        price("loihi", "synaptic_operation") * 1e12)]
    assert [t.operations for t in operation] == [350]
    furber = snn.models_for("davidson-furber-22nm")[0](raw)
    assert furber.joules_per_inference.joules == pytest.approx(
        350 * price("davidson-furber-22nm", "synaptic_event"))


def test_the_tables() -> None:
    assert [h.name for h in snn.known_hardware()] == list(TABLES)
    loihi = snn.hardware("loihi")
    assert loihi.kind is snn.HardwareKind.chip and loihi.node_nm == 14
    assert loihi.picojoules("spike") == pytest.approx(price("loihi", "spike") * 1e12)
    assert [c.name for c in loihi.constants] == [c["name"] for c in TABLES["loihi"]["constants"]]
    assert json.loads(json.dumps(loihi.to_dict()))["constants"][0]["unit"] == "pJ"
    with pytest.raises(snn.ConfigError, match="horowitz-45nm"):
        snn.hardware("abacus")
    with pytest.raises(snn.ConfigError, match="teleport"):
        loihi.picojoules("teleport")
    unpriced = [h for h in snn.known_hardware() if h.kind is snn.HardwareKind.unpriced]
    assert unpriced and all(snn.models_for(h) == () for h in unpriced)


@pytest.mark.parametrize("how", ["dict", "text", "file"])
def test_a_chip_of_ones_own(how: str, tmp_path: pathlib.Path) -> None:
    text = json.dumps(CHIP)
    if how == "file":
        (tmp_path / "chip.json").write_text(text)
        chip = snn.read_hardware(tmp_path / "chip.json")
    else:
        chip = snn.own_hardware(CHIP if how == "dict" else text)
    model, = snn.models_for(chip)
    got = model(counts(700, samples=2, spikes=40))
    assert got.joules_per_inference.joules == pytest.approx(350 * 4.2e-12 + 20 * 2e-12)
    assert got.hardware == "my-chip" and {c.evidence for c in got.constants} == {"user"}


@pytest.mark.parametrize(("change", "says"), [
    ({"constants": [{"name": "synaptic_operation", "value": 1, "unit": "pJ"}]}, "source"),
    ({"constants": [{"name": "synaptic_operation", "value": -1, "unit": "pJ", "source": "s"}]},
     "value"),
    ({"constants": [{"name": "synaptic_operation", "value": 1, "unit": "J", "source": "s"}]},
     "fJ pJ nJ uJ"),
    ({"constants": []}, "synaptic_operation"),
    ({"kind": "toaster"}, "technology"),
    ({"colour": "red"}, "colour"),
])
def test_mistakes_in_a_chip(change: dict[str, Any], says: str) -> None:
    with pytest.raises(snn.ConfigError, match=says):
        snn.own_hardware({**CHIP, **change})


def test_hardware_that_is_no_description() -> None:
    with pytest.raises(snn.FileError, match="no JSON"):
        snn.own_hardware("{")
    with pytest.raises(TypeError, match="JSON text"):
        snn.own_hardware(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="hardware"):
        snn.models_for(3)  # type: ignore[arg-type]
    with pytest.raises(snn.ConfigError, match="samples"):
        snn.compute_only(snn.RawCounts())
    with pytest.raises(snn.ConfigError, match="fp32"):
        snn.compute_only(counts(), "fp31")


def test_break_even_by_hand() -> None:
    spiking = counts(700, samples=2, spikes=40, ticks=10)
    dense = counts(0, macs=400, samples=2, ticks=1)  # every synapse once
    add, mac = price("horowitz-45nm", "add_fp32"), price("horowitz-45nm", "multiply_fp32")
    mac += add
    whole = snn.break_even(spiking, dense)
    assert whole.ratio == pytest.approx(350 * add / (200 * mac)) and whole.wins
    assert whole.measured == pytest.approx(40 / (10 * 10 * 2))
    assert whole.allowed == pytest.approx(whole.measured * 200 * mac / (350 * add))
    layer, = snn.break_even_layers(spiking, dense)
    assert layer.layer == "in->out" and not layer.loses
    assert layer.spikes_per_synapse == pytest.approx(350 / 200)
    assert layer.allowed == pytest.approx(mac / add)
    assert layer.ratio == pytest.approx(whole.ratio)
    worse, = snn.break_even_layers(counts(7000, samples=2), dense)
    assert worse.loses


def test_bits_and_bounds() -> None:
    budget = snn.bit_budget(counts(700, samples=2, ticks=10), weight_bits=8, activation_bits=2)
    assert (budget.bits, budget.effort, budget.effective) == (160, 2000 * 16, 350 * 16)
    with pytest.raises(snn.ConfigError, match="weight_bits"):
        snn.bit_budget(counts(), weight_bits=0, activation_bits=1)
    assert [(b.low, b.high) for b in snn.published_bounds()] == [
        (1.72, 1.72), (0.15, 1.38), (0.17, 0.54)]  # docs/energy.md
