# SPDX-License-Identifier: Apache-2.0
import matplotlib.pyplot as plt
import numpy as np
import pytest
from snn.plot import PlotTypeError, PlotValueError, scaling


def measured(ax):
    return [container[0] for container in ax.containers]


def ideal(ax):
    return [line for line in ax.lines if line.get_linestyle() == ":"]


def test_times_are_drawn_over_sizes_in_their_order():
    ax = scaling([1e8, 1e6, 1e7], {"a": [30, 0.2, 2.5], "b": [60, 0.5, 5]})
    assert [line.get_xdata().tolist() for line in measured(ax)] == [[1e6, 1e7, 1e8]] * 2
    assert [line.get_ydata().tolist() for line in measured(ax)] == [[0.2, 2.5, 30], [0.5, 5, 60]]
    assert [line.get_ydata().tolist() for line in ideal(ax)] == [
        pytest.approx([0.2, 2, 20]),
        pytest.approx([0.5, 5, 50]),
    ]
    assert ax.get_xscale() == ax.get_yscale() == "log"
    assert ax.get_xlabel() == "problem size (synapses)"
    assert ax.get_ylabel() == "time (s)"
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["a", "b", "in proportion"]
    assert scaling([1], [1], label="neurons").get_xlabel() == "neurons"


def test_threads_share_one_problem():
    ax = scaling([2, 4, 8], [8.0, 5.0, 3.0], kind="threads")
    assert ideal(ax)[0].get_ydata() == pytest.approx([8, 4, 2])
    assert ax.get_xlabel() == "threads"
    ax.figure.canvas.draw()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["2", "4", "8"]


def test_repetitions_give_the_median_and_the_range():
    ax = scaling([1, 2], [[3.0, 1.0, 2.0], [9.0, 4.0, 5.0]], ideal=False)
    assert measured(ax)[0].get_ydata().tolist() == [2, 5]
    ends = [segment[:, 1].tolist() for segment in ax.containers[0][2][0].get_segments()]
    assert ends == [[1, 3], [4, 9]]
    assert not ideal(ax)
    assert ax.get_legend() is None


def test_series_differ_in_grey_print():
    ax = scaling([1, 2], {str(i): [1.0, 2.0 + i] for i in range(6)})
    looks = {(line.get_marker(), str(line._dash_pattern)) for line in measured(ax)}
    assert len(looks) == 6


@pytest.mark.parametrize(
    ("sizes", "seconds", "error", "text"),
    [
        ([1, np.nan], [1, 2], PlotValueError, r"sizes\[1\] is nan"),
        ([1, 2], [1, np.nan], PlotValueError, r"times\[1\] is nan s"),
        (
            [1, 2],
            {"a": [[1], [np.inf]]},
            PlotValueError,
            r"seconds of 'a': times\[1\]\[0\] is inf s",
        ),
        ([1, 2], [1], PlotValueError, "length is 1; allowed: 2"),
        ([1, 1], [1, 2], PlotValueError, "different numbers > 0"),
        ([0, 1], [1, 2], PlotValueError, "different numbers > 0"),
        ([], [], PlotValueError, "one or more different numbers"),
        ([1, 2], [1, 0], PlotValueError, "an entry is 0.0 s; allowed: numbers > 0"),
        ([1, 2], [[1], [1, 2]], PlotValueError, "ragged"),
        ([1, 2], ["x", 2], PlotTypeError, "times is of type list; allowed: numbers, s"),
        ([1, 2], {}, PlotValueError, "empty mapping"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(sizes, seconds, error, text):
    with pytest.raises(error, match=text):
        scaling(sizes, seconds)


def test_kinds_and_axes():
    with pytest.raises(PlotValueError, match="kind is 'weak'; allowed: 'size', 'threads'"):
        scaling([1], [1], kind="weak")
    _, ax = plt.subplots()
    assert scaling([1, 2], [1, 2], ax=ax) is ax
