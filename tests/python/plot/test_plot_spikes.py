# SPDX-License-Identifier: Apache-2.0
import matplotlib.pyplot as plt
import numpy as np
import pytest
from plot_objects import random_train, train
from snn.plot import PlotTypeError, PlotValueError, raster


def dots(ax):
    """(time, row) of every spike that is drawn, by population."""
    return [np.asarray(collection.get_offsets()) for collection in ax.collections]


def steps(ax):
    """(values, edges) of every rate that is drawn."""
    return [patch.get_data()[:2] for patch in ax.patches]


def test_spikes_are_drawn_in_rows_stacked_by_population():
    a = train([1, 2, 9], [0, 3, 1], 4, duration_ms=10)
    b = train([4, 5], [2, 0], 3, duration_ms=10)
    ax = raster({"a": a, "b": b}, rates=False)
    first, second = dots(ax)
    assert first.tolist() == [[1, 0], [2, 3], [9, 1]]
    assert second.tolist() == [[4, 4 + 2], [5, 4 + 0]]
    assert ax.get_ylim() == (6.5, -0.5)  # row 0 at the top
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert ax.get_xlabel() == "time (ms)"


def test_populations_chooses_and_orders():
    trains = {name: train([1], [0], 2, duration_ms=5) for name in "abc"}
    ax, below = raster(trains, populations=["c", "a"])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["c", "a"]
    assert len(dots(ax)) == len(steps(below)) == 2
    with pytest.raises(PlotValueError, match=r"populations is 'd'; allowed: 'a', 'b', 'c'"):
        raster(trains, populations=["d"])
    with pytest.raises(PlotValueError, match="each name once"):
        raster(trains, populations=["a", "a"])
    with pytest.raises(PlotValueError, match="without a name"):
        raster(trains["a"], populations=["a"])


def test_rates_are_spikes_per_neuron_and_second():
    one = random_train(17, 400, 103.0, seed=3)
    two = random_train(5, 90, 103.0, seed=4)
    above, below = raster({"one": one, "two": two}, bin_ms=10)
    assert below.get_ylabel() == "rate (Hz)"
    assert below.get_xlabel() == "time (ms)"
    for spikes, (values, edges) in zip((one, two), steps(below)):
        assert edges.tolist() == [*range(0, 101, 10), 103]  # the last bin is 3 ms
        for value, low, high in zip(values, edges, edges[1:]):
            count = sum(low <= t < high for t in spikes.times_ms)
            assert value == pytest.approx(1000 * count / (spikes.size * (high - low)))
    assert [t.get_text() for t in below.get_legend().get_texts()] == ["one", "two"]
    assert above.get_xlim() == below.get_xlim() == (0, 103)


def test_a_limit_of_neurons_thins_rows_not_rates():
    spikes = train([1, 2, 3, 4], [0, 1, 50, 99], 100, duration_ms=5)
    above, below = raster({"a": spikes}, max_neurons=4, bin_ms=5)  # neurons 0, 25, 50, 75
    assert dots(above)[0].tolist() == [[1, 0], [3, 2]]
    assert steps(below)[0][0] == pytest.approx([4 / (100 * 0.005)])
    assert above.get_yticklabels()[0].get_text() == "a\n(4 of 100)"
    assert raster(spikes, max_neurons=4, rates=False).get_ylabel() == "neuron (4 of 100)"
    for wrong, error in ((0, PlotValueError), (2.5, PlotTypeError), (True, PlotTypeError)):
        with pytest.raises(error, match="max_neurons"):
            raster(spikes, max_neurons=wrong)


def test_the_window_holds_both_its_ends():
    spikes = train([0, 5, 10, 15, 20], [0] * 5, 1, duration_ms=20)
    above, below = raster(spikes, t_start_ms=5, t_stop_ms=15, bin_ms=5)
    assert dots(above)[0][:, 0].tolist() == [5, 10, 15]
    values, edges = steps(below)[0]
    assert edges.tolist() == [5, 10, 15]
    assert values == pytest.approx([200, 400])


def test_the_window_follows_the_durations_or_the_last_spike():
    short, long = train([1], [0], 1, duration_ms=20), train([], [], 1, duration_ms=50.0)
    assert raster({"a": short, "b": long}, rates=False).get_xlim() == (0, 50)
    assert raster(train([12], [0], 1), bin_ms=5, rates=False).get_xlim() == (0, 15)
    assert raster(train([15], [0], 1), bin_ms=5, rates=False).get_xlim() == (0, 20)
    assert raster(train([-3, 4], [0, 0], 1), bin_ms=5, rates=False).get_xlim() == (-3, 7)
    at_the_end = raster(train([20], [0], 1, duration_ms=20), rates=False)
    assert at_the_end.get_xlim() == (0, 20)
    assert len(dots(at_the_end)[0]) == 1
    with pytest.raises(PlotValueError, match=r"t_stop_ms is 3.0 ms; allowed: a time after"):
        raster(short, t_start_ms=3, t_stop_ms=3)
    with pytest.raises(PlotValueError, match=r"t_start_ms is 30.0 ms"):
        raster(short, t_start_ms=30)


def test_silence_is_an_empty_labelled_raster():
    above, below = raster({"a": train([], [], 10), "b": train([], [], 5)})
    assert [len(found) for found in dots(above)] == [0, 0]
    assert [label.get_text() for label in above.get_yticklabels()] == ["a", "b"]
    assert all((values == 0).all() for values, _ in steps(below))
    assert below.get_ylim() == (0, 1)
    above.figure.canvas.draw()


@pytest.mark.parametrize(
    ("spikes", "error", "text"),
    [
        (train([1, np.nan], [0, 0], 1), PlotValueError, r"spikes of 'x': times_ms\[1\] is nan ms"),
        (train([np.inf], [0], 1), PlotValueError, r"times_ms\[0\] is inf ms"),
        (train([1], [3], 3), PlotValueError, r"neurons is 3; allowed: 0 .. 2"),
        (train([1], [-1], 3), PlotValueError, r"neurons is -1; allowed: 0 .. 2"),
        (train([1, 2], [0], 3), PlotValueError, "length of neurons is 1; allowed: 2"),
        (train([1], [0], 0), PlotValueError, "size is 0"),
        (train([1], [0], 1.5), PlotTypeError, "size is of type float"),
        (train([1], [0], 1, duration_ms=-1), PlotValueError, "duration_ms is -1 ms"),
        (train([1], [0], 1, duration_ms=np.nan), PlotValueError, "duration_ms is nan ms"),
        ([1, 2], PlotTypeError, "type list; allowed: an object with the field times_ms"),
        (object(), PlotTypeError, "field times_ms"),
    ],
)
def test_what_cannot_be_drawn_is_refused_by_name(spikes, error, text):
    with pytest.raises(error, match=text):
        raster({"x": spikes})


def test_neurons_are_integers_and_bins_are_positive():
    spikes = train([1], [0], 3)
    spikes.neurons = np.array([0.5])
    with pytest.raises(PlotValueError, match=r"neurons is 0.5; allowed: integers"):
        raster(spikes)
    for bin_ms in (0, -1, np.nan):
        with pytest.raises(PlotValueError, match="raster: bin_ms is"):
            raster(train([1], [0], 3), bin_ms=bin_ms)
    with pytest.raises(PlotValueError, match="empty mapping"):
        raster({})
    with pytest.raises(PlotTypeError, match="a name in spikes is of type int"):
        raster({1: train([1], [0], 3)})
    with pytest.raises(PlotValueError, match="'_a'; allowed: no underscore in front"):
        raster({"_a": train([1], [0], 3)})


def test_axes_are_those_that_were_given():
    _, (above, below) = plt.subplots(2, 1)
    spikes = train([1], [0], 3)
    assert raster(spikes, ax=(above, below)) == (above, below)
    assert raster(spikes, rates=False, ax=above) is above
    assert len(plt.get_fignums()) == 1
    with pytest.raises(PlotTypeError, match="two matplotlib Axes where rates is True"):
        raster(spikes, ax=above)
    with pytest.raises(PlotTypeError, match="one matplotlib Axes where rates is False"):
        raster(spikes, rates=False, ax=(above, below))
    with pytest.raises(PlotValueError, match="number of axes in ax is 1; allowed: 2"):
        raster(spikes, ax=[above])
    with pytest.raises(PlotTypeError, match="entry of ax is of type int"):
        raster(spikes, ax=[1, 2])


def test_many_spikes_are_rasterised_and_few_are_not():
    assert raster(random_train(50, 5000, 100, 1), rates=False).collections[0].get_rasterized()
    assert not raster(random_train(50, 50, 100, 1), rates=False).collections[0].get_rasterized()


def test_rates_differ_in_grey_print():
    trains = {f"p{i}": random_train(5, 20, 50, i) for i in range(8)}
    _, below = raster(trains)
    styles = {(str(p.get_linestyle())) for p in below.patches}
    assert len(styles) == 8


def test_names_of_small_populations_do_not_overlap():
    sizes = [2068, 583, 2191, 548, 485, 106, 1439, 295]  # of the cortical microcircuit, a tenth
    ax, _ = raster({f"p{i}": train([], [], n, duration_ms=9) for i, n in enumerate(sizes)})
    ax.figure.canvas.draw()
    boxes = [label.get_window_extent() for label in ax.get_yticklabels()]
    for above, below in zip(boxes, boxes[1:]):
        assert above.y0 >= below.y1 - 2  # pixels: boxes have room below the letters
