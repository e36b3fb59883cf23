# SPDX-License-Identifier: Apache-2.0
"""Counts of simulations against brute force, and dialects against what the tools count."""

from __future__ import annotations

import json
import pathlib
import pickle
from typing import Any

import numpy as np
import pytest
from energy_fakes import counts

import snn

ROOT = pathlib.Path(__file__).parents[3]
GOLDEN = json.loads((ROOT / "tests/validation/golden/counts.json").read_text())["networks"]
PLAIN = [n for n in GOLDEN
         if n["input"]["kind"] == "spikes" and n["batch"] == 1
         and n["projections"][0]["kind"] == "dense" and n["projections"][0]["delay"] == 0]


def first_layer(network: dict[str, Any]) -> snn.RawCounts:
    """The first layer of a golden network: its samples run for their ticks of 1 ms, and summed."""
    projection = network["projections"][0]
    weights = np.array(projection["weights"]) / projection["scale"]
    total: snn.RawCounts | None = None
    for sample in network["input"]["samples"]:
        spikes = np.array(sample)  # tick, neuron
        net = snn.Network()
        times = [np.flatnonzero(column).astype(float).tolist() for column in spikes.T]
        source = net.add(snn.SpikeSource(times), spikes.shape[1], name="in")
        target = net.add(snn.Lif.unit(), weights.shape[0], name="out")
        net.connect(source, target, snn.AllToAll(), weight=weights.T.ravel(), delay_ms=0)
        raw = snn.Simulation(net, dt_ms=1.0).run_ms(float(network["ticks"])).counts()
        total = raw if total is None else total + raw
    assert total is not None
    return total


@pytest.mark.parametrize("network", PLAIN, ids=[n["name"] for n in PLAIN])
def test_dialects_count_what_the_tools_count(network: dict[str, Any]) -> None:
    raw = first_layer(network)
    tools = network["tools"]  # summed over samples; ours are per sample

    def layer(dialect: snn.Dialect | str) -> snn.Counts:
        return snn.layers_in(dialect, raw)[0].counts

    ours = layer("neurobench")
    assert [n * raw.samples for n in (ours.macs_effective, ours.acs_effective, ours.macs_dense)
            ] == tools["neurobench"]["layers"][0]
    assert layer("sinabs").synaptic_events * raw.samples == tools["sinabs"]["layers"][0]
    jelly = layer(snn.Dialect.spikingjelly)
    assert [jelly.macs_effective * raw.samples, jelly.acs_effective * raw.samples
            ] == tools["spikingjelly"]["layers"][0]


def test_there_are_golden_networks() -> None:
    assert len(PLAIN) >= 6


def test_counts_of_a_simulation_by_hand() -> None:
    net = snn.Network()
    source = net.add(snn.SpikeSource([[1.0, 3.0], [2.0], []]), 3, name="in")
    out = net.add(snn.Lif.unit(), 4, name="out")
    weights = np.array([[0.1, 0, 0.1, 0.1], [0, 0, 0.1, 0.1], [0.1] * 4])
    net.connect(source, out, snn.AllToAll(), weight=weights.ravel(), delay_ms=1)
    raw = snn.Simulation(net, dt_ms=1.0).run_ms(10).counts()
    layer = raw.projection("in->out")
    assert (layer.synapses, layer.nonzero_synapses, layer.dense_events) == (12, 9, 120)
    assert layer.source_events == 3
    assert layer.synaptic_events == 12  # three spikes, four targets each
    assert layer.effective_events == 3 + 3 + 2
    assert raw.population("out").spikes == 0 and raw.population("in").spikes == 3
    assert (raw.samples, raw.ticks) == (1, 10)
    with pytest.raises(KeyError, match="there are: in->out"):
        raw.projection("out->in")


def test_dialects_by_hand() -> None:
    raw = counts(700, macs=50, samples=2)
    ours = snn.counts_in("snn", raw)
    assert (ours.acs_effective, ours.macs_effective) == (350, 25)
    assert ours.synaptic_events == 375 and ours.spikes == 20
    jelly = snn.counts_in("spikingjelly", raw)
    assert jelly.acs_effective == 350
    assert jelly.macs_effective == 3 * 200 / 2  # every synapse in each of three calls
    assert snn.counts_in("sinabs", raw).synaptic_events == 375
    assert ours.macs_dense == 2000
    assert (ours + jelly).spikes == 40
    with pytest.raises(snn.ConfigError, match="snn, neurobench, sinabs, spikingjelly"):
        snn.counts_in("norse", raw)
    with pytest.raises(snn.ConfigError, match="samples"):
        snn.counts_in("snn", snn.RawCounts())


def test_neurobench_results_by_hand() -> None:
    raw = counts(700, samples=2, spikes=40, ticks=10)
    results = snn.neurobench_results(raw, classification_accuracy=0.5, execution_rate_hz=100)
    assert results.effective_acs == 350 and results.effective_macs == 0 and results.dense == 2000
    assert results.parameter_count == 200 and results.footprint == 4 * 200 + 20
    assert results.activation_sparsity == pytest.approx(1 - 40 / (10 * 10 * 2))
    assert results.classification_accuracy == 0.5 and results.execution_rate_hz == 100
    assert snn.neurobench_results(raw).classification_accuracy is None
    assert snn.parameter_count(raw) == 200
    with pytest.raises(snn.ConfigError, match="accuracy"):
        snn.neurobench_results(raw, 1.5)


def test_held_inputs_count_once_per_sample() -> None:
    raw = counts(700, ticks=10)
    layer = raw.projections[0].replace(constant=True)
    held = snn.held_inputs(raw.replace(projections=[layer]))
    assert held.projections[0].synaptic_events == 70
    assert snn.held_inputs(raw) == raw


def test_sums_of_counts() -> None:
    raw = counts(700)
    driven = raw.replace(populations=[p.replace(drive_events=5) for p in raw.populations])
    both = driven + driven
    assert both.samples == 2 * raw.samples
    assert both.projections[0].synaptic_events == 1400
    assert both.populations[1].drive_events == 10
    assert both.populations[1].spikes == 80
    with pytest.raises(snn.ConfigError, match="ticks"):
        raw + counts(700, ticks=11)
    with pytest.raises(TypeError):
        raw + 1  # type: ignore[operator]


def test_counts_are_values() -> None:
    raw = counts(700, macs=20)
    assert pickle.loads(pickle.dumps(raw)) == raw
    assert pickle.loads(pickle.dumps(raw)).projections[0].values.value_sum == 720
    assert raw != counts(701, macs=20)
    as_dict = json.loads(json.dumps(raw.to_dict()))
    assert as_dict["projections"][0]["synaptic_events"] == 720
    assert as_dict["projections"][0]["values"]["graded_effective"] == 20
    assert as_dict["populations"][1]["name"] == "out"
    assert "720 synaptic events" in repr(raw) and "40 spikes" in repr(raw)
    html = raw.replace(projections=[raw.projections[0].replace(name="a<b")])._repr_html_()
    assert "a&lt;b" in html and "<td>720</td>" in html
    with pytest.raises(TypeError, match="there are"):
        snn.RawCounts(sample=1)  # type: ignore[call-arg]


def test_spreads_against_numpy() -> None:
    rng = np.random.default_rng(3)
    events = rng.integers(0, 10_000, 37)
    samples = [snn.SampleTotals(synaptic_events=int(e), acs=int(e) // 2, spikes=7) for e in events]
    spread = snn.spreads_of(samples)
    got = spread.synaptic_events
    assert spread.samples == 37
    assert got.mean == pytest.approx(events.mean()) and got.sd == pytest.approx(events.std(ddof=1))
    assert (got.min, got.max) == (events.min(), events.max())
    assert [got.p5, got.p25, got.median, got.p75, got.p95] == pytest.approx(
        np.percentile(events, [5, 25, 50, 75, 95]))
    assert spread.spikes.sd == 0 and spread.acs.max == events.max() // 2
    assert snn.spread_of(events) == got
    assert sum(samples, snn.SampleTotals()).synaptic_events == events.sum()
    with pytest.raises(snn.ConfigError):
        snn.spreads_of([])


def test_operations_of_training_add_up() -> None:
    part = snn.TrainingOperations(
        forward=snn.Operations(macs=3, acs=4), backward=snn.Operations(macs=5),
        update=snn.UpdateOperations(additions=1, square_roots=2), neuron_updates=6,
        projections=[snn.ProjectionOperations(name="in->out", forward=snn.Operations(macs=3))])
    both = part + part
    assert both.forward == snn.Operations(macs=6, acs=8) and both.neuron_updates == 12
    assert both.projections[0].forward.macs == 6 and both.update.square_roots == 4
    # fp32 at 45 nm: a multiplication 3.7 pJ, an addition 0.9 pJ.
    joules = snn.training_compute(snn.TrainingOperations(forward=snn.Operations(macs=3, acs=4)))
    assert joules.joules_per_inference.joules == pytest.approx((3 * 4.6 + 4 * 0.9) * 1e-12)


def test_a_difference_of_counts_is_what_was_done_between_them():
    net = snn.Network()
    source = net.add(snn.RegularSource(interval_ms=2.0), 3, name="source")
    cells = net.add(snn.Lif(), 4, name="cells")
    net.connect(source, cells, snn.AllToAll(), weight=1.0, delay_ms=1.0)
    run = snn.Simulation(net, dt_ms=0.1).record_spikes(source).run_ms(50)
    before = run.counts()
    run.run_ms(30)
    part = run.counts() - before
    assert (part.samples, part.ticks) == (1, 300)
    spikes = run.spikes[source].times_ms
    assert part.population("source").spikes == np.count_nonzero(spikes >= 50 - 1e-9) > 0
    # A spike acts a delay later.
    acting = np.count_nonzero((spikes + 1.0 >= 50 - 1e-9) & (spikes + 1.0 < 80 - 1e-9))
    assert part.projections[0].synaptic_events == 4 * acting
    assert part.projections[0].dense_events == 12 * 300
    with pytest.raises(snn.ConfigError, match="ticks"):
        before - run.counts()
    with pytest.raises(TypeError):
        run.counts() - 1
