# SPDX-License-Identifier: Apache-2.0
import matplotlib.pyplot as plt
import numpy as np
import pytest
from plot_objects import random_train, train
from snn.plot import PlotTypeError, PlotValueError, rates, weights


def outlines(ax):
    """(heights, edges) of the lines; each has a filled area below it."""
    return [patch.get_data()[:2] for patch in ax.patches if not patch.get_fill()]


def test_rates_are_shares_of_neurons_with_the_silent_ones():
    spikes = train([1, 2, 3, 4, 5, 6], [0, 0, 0, 1, 1, 2], 5, duration_ms=500)  # 6, 4, 2, 0, 0 Hz
    ax = rates(spikes, bins=[0, 1, 3, 5, 8])
    heights, edges = outlines(ax)[0]
    assert heights == pytest.approx([40, 20, 20, 20])
    assert edges.tolist() == [0, 1, 3, 5, 8]
    assert ax.get_xlabel() == "firing rate (Hz)"
    assert ax.get_ylabel() == "share of neurons (%)"


def test_bins_of_rates_hold_equally_many_rates():
    both = {"a": random_train(300, 3000, 500, 5), "b": random_train(50, 200, 500, 6)}
    ax = rates(both, bins=7)
    counts = {k: np.bincount(t.neurons, minlength=t.size) for k, t in both.items()}
    width = -(-(max(c.max() for c in counts.values()) + 1) // 7)  # spikes per bin
    for (heights, edges), count in zip(outlines(ax), counts.values()):
        assert len(heights) <= 7
        assert np.diff(edges) == pytest.approx(np.full(len(heights), width / 0.5))
        for i, height in enumerate(heights):
            inside = sum(i * width <= c < (i + 1) * width for c in count)
            assert height == pytest.approx(100 * inside / len(count))
        assert sum(heights) == pytest.approx(100)


def test_rates_need_to_know_how_long():
    with pytest.raises(
        PlotValueError, match=r"rates: t_stop_ms is None; allowed: .* no duration_ms"
    ):
        rates(train([1], [0], 2))
    heights, edges = outlines(rates(train([1], [0], 2), t_stop_ms=100, bins=2))[0]
    assert heights.tolist() == [50, 50]
    assert edges == pytest.approx([0, 10, 20])
    only = outlines(rates(train([1, 60], [0, 1], 2), t_start_ms=50, t_stop_ms=100, bins=2))[0]
    assert only[1] == pytest.approx([0, 20, 40])
    silent = outlines(rates(train([], [], 3, duration_ms=10)))[0]
    assert silent[0].tolist() == [100]


def test_edges_must_hold_every_rate():
    spikes = train([1, 2], [0, 0], 1, duration_ms=100)
    with pytest.raises(
        PlotValueError, match=r"bins is 0.0 .. 10.0 Hz; allowed: .* 20.0 .. 20.0 Hz"
    ):
        rates(spikes, bins=[0, 10])
    with pytest.raises(PlotValueError, match="rising edges"):
        rates(spikes, bins=[0, 30, 20])
    for bins in (0, True):
        with pytest.raises(PlotValueError, match="bins is"):
            rates(spikes, bins=bins)
    with pytest.raises(PlotValueError, match=r"times_ms\[0\] is nan"):
        rates(train([np.nan], [0], 1, duration_ms=10))


def test_weights_before_and_after_share_bins():
    draw = np.random.default_rng(0)
    before, after = draw.normal(5, 1, (20, 30)), draw.normal(7, 2, 600)
    ax = weights(after, before=before, bins=12, unit="pA")
    edges = np.linspace(min(before.min(), after.min()), max(before.max(), after.max()), 13)
    for (heights, found), values in zip(outlines(ax), (before.ravel(), after)):
        assert found == pytest.approx(edges)
        wanted = [sum(a <= v < b for v in values) for a, b in zip(edges, edges[1:])]
        wanted[-1] += sum(v == edges[-1] for v in values)
        assert heights.tolist() == wanted
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["before", "after"]
    assert ax.get_xlabel() == "weight (pA)"
    assert ax.get_ylabel() == "synapses"
    styles = {str(p.get_linestyle()) for p in ax.patches if not p.get_fill()}
    assert len(styles) == 2


def test_weights_of_projections_and_alike():
    ax = weights({"a": [1, 1, 1], "b": [1]}, bins=1, log=True)
    assert [h.tolist() for h, _ in outlines(ax)] == [[3], [1]]
    assert ax.get_yscale() == "log"
    with pytest.raises(PlotValueError, match="put both into the mapping"):
        weights({"a": [1]}, before=[1])


def test_weights_that_cannot_be_drawn_are_refused_by_name():
    with pytest.raises(PlotValueError, match=r"'w': weights\[1\] is nan pA"):
        weights({"w": [1, np.nan]}, unit="pA")
    with pytest.raises(PlotValueError, match="number of weights is 0"):
        weights([])
    with pytest.raises(PlotTypeError, match="weights is of type"):
        weights(["x"])
    with pytest.raises(PlotValueError, match="hold every value"):
        weights([1, 2], bins=[0, 1])


def test_axes_are_those_that_were_given():
    _, ax = plt.subplots()
    assert weights([1, 2], ax=ax) is ax
    assert rates(train([1], [0], 1, duration_ms=9), ax=ax) is ax
