# SPDX-License-Identifier: Apache-2.0
import matplotlib.pyplot as plt
import numpy as np
import pytest
from plot_objects import result
from snn.plot import PlotTypeError, PlotValueError, training


def by_figure(ax):
    """Lines in the order training, validation, best for each result."""
    return [(line.get_xdata(), line.get_ydata(), line) for line in ax.lines]


def test_curves_are_the_epochs_figures():
    ours, twin = result(seed=1), result(epochs=8, best_epoch=7, seed=2)
    loss, accuracy = training({"spiking": ours, "dense": twin})
    for ax, key, factor in ((loss, "loss", 1), (accuracy, "accuracy", 100)):
        lines = by_figure(ax)
        assert len(lines) == 6
        for i, run in enumerate((ours, twin)):
            for line, name in zip(lines[3 * i :], (f"train_{key}", f"validation_{key}")):
                assert list(line[0]) == [e.epoch for e in run.epochs]
                assert line[1] == pytest.approx([factor * getattr(e, name) for e in run.epochs])
            x, y, _ = lines[3 * i + 2]
            assert list(x) == [run.best_epoch]
            best = run.epochs[run.best_epoch]
            assert y == pytest.approx([factor * getattr(best, f"validation_{key}")])
    assert loss.get_xlabel() == accuracy.get_xlabel() == "epoch"
    assert loss.get_ylabel() == "loss"
    assert accuracy.get_ylabel() == "accuracy (%)"
    texts = [t.get_text() for t in accuracy.get_legend().get_texts()]
    assert texts == ["spiking", "dense", "validation", "training", "best epoch"]


def test_lines_differ_in_grey_print():
    loss, _ = training({str(i): result(seed=i) for i in range(4)})
    looks = [
        (line.get_marker(), line.get_markerfacecolor() == "white", str(line._dash_pattern))
        for i, line in enumerate(loss.lines)
        if i % 3 != 2
    ]
    assert len(set(looks)) == 8


def test_no_best_epoch_no_ring():
    loss, accuracy = training(result(best_epoch=-1))
    assert len(loss.lines) == 2
    assert "best epoch" not in [t.get_text() for t in accuracy.get_legend().get_texts()]
    with pytest.raises(PlotValueError, match="best_epoch is 12; allowed: -1, or the number"):
        training(result(best_epoch=12))


def test_epochs_keep_their_numbers():
    run = result(epochs=6, best_epoch=14)
    for each in run.epochs:
        each.epoch += 10
    loss, _ = training(run)
    assert list(loss.lines[0].get_xdata()) == [10, 11, 12, 13, 14, 15]
    assert loss.lines[2].get_ydata()[0] == run.epochs[4].validation_loss


def test_what_cannot_be_drawn_is_refused_by_name():
    run = result()
    run.epochs[3].validation_loss = np.nan
    with pytest.raises(PlotValueError, match=r"training: 'a': validation_loss\[3\] is nan"):
        training({"a": run})
    run = result()
    run.epochs[0].train_accuracy = 87.0
    with pytest.raises(PlotValueError, match=r"train_accuracy is 87.0; allowed: a share, 0 .. 1"):
        training(run)
    run = result()
    run.epochs[0].train_loss = 0.0
    training(run)
    with pytest.raises(PlotValueError, match="numbers > 0 where log_loss is True"):
        training(run, log_loss=True)
    run.epochs = []
    with pytest.raises(PlotValueError, match="number of epochs is 0"):
        training(run)
    with pytest.raises(PlotTypeError, match="field epochs"):
        training(object())


def test_axes_are_those_that_were_given():
    _, pair = plt.subplots(1, 2)
    assert training(result(), ax=pair, log_loss=True) == tuple(pair)
    assert pair[0].get_yscale() == "log"
    with pytest.raises(PlotTypeError, match="two matplotlib Axes"):
        training(result(), ax=pair[0])
