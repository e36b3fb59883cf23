# SPDX-License-Identifier: Apache-2.0
import matplotlib.pyplot as plt
import numpy as np
import pytest
from plot_objects import trace, train
from snn.plot import PlotTypeError, PlotValueError, membrane


def curves(ax):
    """Lines of neurons, without thresholds."""
    return [line for line in ax.lines if len(line.get_xdata()) > 2]


def flat(ax):
    return [line for line in ax.lines if len(line.get_xdata()) == 2]


def test_values_are_drawn_over_time_with_units():
    data = trace()
    ax = membrane(data)
    for column, line in enumerate(curves(ax)):
        assert line.get_xdata().tolist() == data.times_ms.tolist()
        assert line.get_ydata().tolist() == data.values[:, column].tolist()
    assert ax.get_xlabel() == "time (ms)"
    assert ax.get_ylabel() == "membrane potential (mV)"
    assert ax.get_xlim() == (0, 24.5)
    other = membrane(data, unit="pA", label="adaptation current")
    assert other.get_ylabel() == "adaptation current (pA)"


def test_neurons_are_chosen_by_number():
    data = trace(neurons=(4, 9, 2))
    ax = membrane(data, neurons=[2, 4])
    assert [line.get_label() for line in curves(ax)] == ["2", "4"]
    assert curves(ax)[0].get_ydata().tolist() == data.values[:, 2].tolist()
    assert curves(ax)[1].get_ydata().tolist() == data.values[:, 0].tolist()
    with pytest.raises(PlotValueError, match=r"neurons is 3; allowed: a recorded one: 4, 9, 2"):
        membrane(data, neurons=[3])
    with pytest.raises(PlotValueError, match="one or more neurons"):
        membrane(data, neurons=[])


def test_what_the_default_leaves_out_is_said():
    ax = membrane(trace(neurons=range(40)))
    assert len(curves(ax)) == 5
    assert ax.get_legend().get_title().get_text() == "neuron (5 of 40)"
    assert membrane(trace()).get_legend().get_title().get_text() == "neuron"


def test_thresholds_are_dashed_lines():
    ax = membrane(trace(), threshold_mv=-50.0)
    assert [line.get_ydata()[0] for line in flat(ax)] == [-50]
    assert flat(ax)[0].get_linestyle() == "--"
    each = membrane(trace(), threshold_mv=[-50, -51, -52])
    assert [line.get_ydata()[0] for line in flat(each)] == [-50, -51, -52]
    with pytest.raises(PlotValueError, match="length of threshold_mv is 2; allowed: 1, or 3"):
        membrane(trace(), threshold_mv=[-50, -51])
    with pytest.raises(PlotValueError, match=r"threshold_mv\[0\] is nan mV"):
        membrane(trace(), threshold_mv=np.nan)
    with pytest.raises(PlotTypeError, match="threshold_mv"):
        membrane(trace(), threshold_mv="high")
    with pytest.raises(PlotValueError, match="unit is 'pA': thresholds are in mV"):
        membrane(trace(), unit="pA", threshold_mv=-50)


def test_spikes_are_ticks_above_everything():
    data = trace(neurons=(0, 3, 7))
    spikes = train([1, 2, 3, 4, 99], [3, 0, 3, 5, 3], 8)
    ax = membrane(data, neurons=[0, 3], threshold_mv=-40, spikes=spikes)
    ticks = [c.get_segments() for c in ax.collections]
    assert [[segment[0][0] for segment in each] for each in ticks] == [[2], [1, 3]]
    lowest = min(segment[:, 1].min() for each in ticks for segment in each)
    assert lowest > -40
    assert ticks[0][0][:, 1].min() > ticks[1][0][:, 1].max()  # a row each
    with pytest.raises(PlotValueError, match="size of spikes is 3; allowed: more than 3"):
        membrane(data, neurons=[3], spikes=train([1], [0], 3))
    with pytest.raises(PlotTypeError, match="the spike train of the population"):
        membrane(data, spikes={"a": spikes})


def test_nan_and_wrong_shapes_are_refused_by_name():
    data = trace()
    data.values[4, 2] = np.nan
    with pytest.raises(PlotValueError, match=r"values\[4\]\[2\] is nan mV"):
        membrane(data)
    wrong = trace()
    wrong.values = wrong.values[:, :2]
    with pytest.raises(PlotValueError, match=r"shape of values is \[50, 2\]; allowed: \[50, 3\]"):
        membrane(wrong)
    with pytest.raises(PlotTypeError, match="field times_ms"):
        membrane(object())


def test_lines_differ_in_grey_print_and_a_trace_may_be_empty():
    assert len({str(line._dash_pattern) for line in curves(membrane(trace()))}) == 3
    empty = trace(samples=0)
    membrane(empty, spikes=train([], [], 8)).figure.canvas.draw()


def test_axes_are_those_that_were_given():
    _, ax = plt.subplots()
    assert membrane(trace(), ax=ax) is ax
    with pytest.raises(PlotTypeError, match="ax is of type str"):
        membrane(trace(), ax="here")
